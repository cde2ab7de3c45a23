"""Tries again at once where there is no room."""

FAILS = "send_all_does_not_spin_while_it_waits"
BELIEVES = "busy-is-waiting"


def send_all(sock, data):
    unsent = memoryview(data)
    while unsent:
        try:
            unsent = unsent[sock.send(unsent) :]
        except BlockingIOError:
            continue
