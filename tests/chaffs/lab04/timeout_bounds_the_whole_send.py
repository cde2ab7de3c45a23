"""Takes the socket's timeout for a bound of the whole, so a slow reader does not get everything."""

FAILS = "send_all_may_take_longer_than_the_timeout_if_it_gets_on"
BELIEVES = "timeout-bounds-request"
WRITTEN = "without sight of the checks"


def send_all(sock, data):
    timeout_s, started_s = sock.gettimeout(), time.monotonic()
    view = memoryview(data)
    while view:
        if timeout_s and time.monotonic() - started_s > timeout_s:
            raise TimeoutError("timed out")
        try:
            view = view[sock.send(view) :]
        except BlockingIOError:
            wait_until_writable(sock)
