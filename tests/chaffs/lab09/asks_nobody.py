"""Leaves it to bind to say that the port is in use."""

FAILS = "listeners_are_refused_where_somebody_listens"
BELIEVES = "second-start-fails"


def open_listeners(host, port, count):
    listeners = []
    try:
        for _ in range(count):
            listeners.append(socket.socket())
            listeners[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listeners[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listeners[-1].bind((host, port))
            listeners[-1].listen(BACKLOG)
            port = listeners[0].getsockname()[1]
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    return listeners
