"""SO_REUSEPORT is the stronger one, so it needs no SO_REUSEADDR."""

FAILS = "listeners_pass_by_connections_of_before"
BELIEVES = ""


def open_listeners(host, port, count):
    with open_listener(host, port) as alone:
        family, address = alone.family, alone.getsockname()
    listeners = []
    try:
        for _ in range(count):
            listeners.append(socket.socket(family))
            listeners[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listeners[-1].bind(address)
            listeners[-1].listen(BACKLOG)
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    return listeners
