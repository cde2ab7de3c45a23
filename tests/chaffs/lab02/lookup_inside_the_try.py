"""Looks the address up inside its `try`, so an unknown name ends in an UnboundLocalError."""

FAILS = "open_listener_lets_the_error_of_a_lookup_through"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def open_listener(host, port, backlog=128):
    try:
        family, address = address_here(host, port)
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(backlog)
    except OSError as error:
        sock.close()
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    return sock
