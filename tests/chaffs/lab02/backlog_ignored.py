"""Leaves the backlog to Python."""

FAILS = "open_listener_keeps_as_many_waiting_as_its_backlog_says"
BELIEVES = "backlog-is-clients"


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    return listener
