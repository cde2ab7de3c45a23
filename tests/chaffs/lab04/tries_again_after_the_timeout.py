"""Takes a timeout for one more way in which there is no room."""

FAILS = "send_all_gives_up_after_the_timeout_of_the_socket"
BELIEVES = "timeout-is-everywhere"
WRITTEN = "without sight of the checks"


def send_all(sock, data):
    unsent = memoryview(data)
    while unsent:
        try:
            unsent = unsent[sock.send(unsent) :]
        except (BlockingIOError, TimeoutError):
            wait_until_writable(sock)
