"""Waits for room with the socket's own timeout, which is 0 where it does not block: a busy loop."""

FAILS = "send_all_does_not_spin_while_it_waits"
BELIEVES = "busy-is-waiting"
WRITTEN = "without sight of the checks"


def send_all(sock, data):
    view = memoryview(data)
    while view:
        try:
            view = view[sock.send(view) :]
        except BlockingIOError:
            select.select([], [sock], [], sock.gettimeout())
