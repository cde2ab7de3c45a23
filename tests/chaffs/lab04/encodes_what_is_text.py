"""Encodes text as UTF-8 where it should refuse it."""

FAILS = "send_all_refuses_text"
BELIEVES = "text-is-bytes"
WRITTEN = "without sight of the checks"


def send_all(sock, data):
    view = memoryview(data.encode() if isinstance(data, str) else data)
    while view:
        try:
            view = view[sock.send(view) :]
        except BlockingIOError:
            wait_until_writable(sock)
