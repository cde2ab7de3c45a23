"""Sets SO_REUSEADDR after bind, before listen."""

FAILS = "open_listener_can_be_started_again_at_once"
BELIEVES = "reuseaddr-any-time"
WRITTEN = "without sight of the checks"


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.bind(address)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.listen(backlog)
    except OSError as error:
        sock.close()
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    return sock
