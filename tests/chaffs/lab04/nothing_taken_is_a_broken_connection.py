"""Takes a send that returns 0 for a broken connection, also when there was nothing to send."""

FAILS = "send_all_of_nothing_is_no_error"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def send_all(sock, data):
    view = memoryview(data)
    while True:
        try:
            taken = sock.send(view)
        except BlockingIOError:
            wait_until_writable(sock)
            continue
        if taken == 0:
            raise RuntimeError("socket connection broken")
        view = view[taken:]
        if not view:
            return
