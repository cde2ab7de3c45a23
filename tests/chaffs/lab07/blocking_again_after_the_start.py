"""Makes the socket blocking again when the handshake has begun."""

FAILS = "start_connect_returns_a_non_blocking_socket"
BELIEVES = "select-unblocks"
WRITTEN = "without sight of the checks"


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        sock.connect(address)
    except BlockingIOError:
        pass
    except OSError:
        sock.close()
        raise
    sock.setblocking(True)
    return sock
