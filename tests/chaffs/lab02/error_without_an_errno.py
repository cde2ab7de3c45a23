"""Raises an OSError of its own, with a text and without an errno."""

FAILS = "open_listener_keeps_the_errno"
BELIEVES = ""


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise OSError(f"{host} port {port}: {error.strerror}") from error
    return listener
