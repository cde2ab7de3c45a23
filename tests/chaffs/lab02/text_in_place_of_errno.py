"""Raises OSError with the text alone, so that its errno is None."""

FAILS = "open_listener_keeps_the_errno"
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
        raise OSError(f"{host} port {port}: {error.strerror}") from error
    return sock
