"""Makes the socket blocking again, since the connect has begun."""

FAILS = "start_connect_returns_a_non_blocking_socket"
BELIEVES = "select-unblocks"


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        with suppress(BlockingIOError):
            sock.connect(address)
    except OSError:
        sock.close()
        raise
    sock.setblocking(True)
    return sock
