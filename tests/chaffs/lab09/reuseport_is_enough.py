"""Sets SO_REUSEPORT only, as if it did what SO_REUSEADDR does."""

FAILS = "listeners_pass_by_connections_of_before"
BELIEVES = "reuseport-is-reuseaddr"
WRITTEN = "without sight of the checks"


def open_listeners(host, port, count):
    with open_listener(host, port) as probe:
        family, address = probe.family, probe.getsockname()
    listeners = []
    try:
        for _ in range(count):
            listeners.append(listener := socket.socket(family))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    return listeners
