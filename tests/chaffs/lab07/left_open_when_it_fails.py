"""Raises, and leaves its socket open."""

FAILS = "start_connect_leaves_nothing_open_if_it_raises"
BELIEVES = ""


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    with suppress(BlockingIOError):
        sock.connect(address)
    return sock
