"""Lets the error through, and the listeners lie."""

FAILS = "listeners_leave_nothing_open_if_one_fails"
BELIEVES = ""


def open_listeners(host, port, count):
    with open_listener(host, port) as alone:
        family, address = alone.family, alone.getsockname()
    listeners = []
    for _ in range(count):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listeners.append(listener)
    return listeners
