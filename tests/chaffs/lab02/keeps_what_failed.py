"""Closes nothing that failed: Python does that by itself, it says. But its own list holds it."""

FAILS = "open_listener_closes_the_socket_that_can_not_listen"
BELIEVES = ""

made = []


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    listener = socket.socket(family, socket.SOCK_STREAM)
    made.append(listener)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(backlog)
    except OSError as error:
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    return listener
