"""Asks whether the port is free, and keeps it until its own listeners are there."""

FAILS = "listeners_may_be_one"
BELIEVES = ""


def open_listeners(host, port, count):
    listeners = []
    with open_listener(host, port) as alone:
        try:
            for _ in range(count):
                listeners.append(socket.socket(alone.family))
                for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
                    listeners[-1].setsockopt(socket.SOL_SOCKET, option, 1)
                listeners[-1].bind(alone.getsockname())
                listeners[-1].listen(BACKLOG)
        except OSError:
            for listener in listeners:
                listener.close()
            raise
    return listeners
