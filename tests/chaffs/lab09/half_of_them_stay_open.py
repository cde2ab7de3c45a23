"""Leaves the earlier listeners open when a later one can't be bound."""

FAILS = "listeners_leave_nothing_open_if_one_fails"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def open_listeners(host, port, count):
    with open_listener(host, port) as probe:
        family, address = probe.family, probe.getsockname()
    listeners = []
    for _ in range(count):
        listener = socket.socket(family)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
        listeners.append(listener)
    return listeners
