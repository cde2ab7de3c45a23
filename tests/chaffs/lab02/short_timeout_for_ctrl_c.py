"""Gives the listener a timeout of half a second, so that Ctrl-C gets through."""

FAILS = "open_listener_returns_a_socket_that_blocks"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(backlog)
    except OSError as error:
        sock.close()
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    sock.settimeout(0.5)
    return sock
