"""Returns the listener out of a `with`, which closes it on the way."""

FAILS = "open_listener_returns_an_open_socket"
BELIEVES = ""


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(backlog)
        return listener
