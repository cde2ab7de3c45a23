"""Lets the kernel choose a port every time."""

FAILS = "open_listener_is_at_the_port_it_is_given"
BELIEVES = ""


def open_listener(host, port, backlog=128):
    family, address = address_here(host, 0)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    return listener
