"""Binds to the host and the port that it was given, of whatever family."""

FAILS = "listeners_may_be_at_an_ipv6_address"
BELIEVES = "same-address"
WRITTEN = "without sight of the checks"


def open_listeners(host, port, count):
    with open_listener(host, port) as probe:
        port = probe.getsockname()[1]
    listeners = []
    try:
        for _ in range(count):
            listeners.append(listener := socket.socket())
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind((host, port))
            listener.listen(BACKLOG)
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    return listeners
