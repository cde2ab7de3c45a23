"""Listens at the port from the lecture, whatever it is told."""

FAILS = "open_listener_is_at_the_port_it_is_given"
BELIEVES = ""


def open_listener(host, port, backlog=128):
    family, address = address_here(host, 18080)
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen(backlog)
    return listener
