"""Closes its socket in the line after `raise`, which is never reached."""

FAILS = "open_listener_closes_the_socket_that_can_not_listen"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(address)
        sock.listen(backlog)
    except OSError as error:
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
        sock.close()
    return sock
