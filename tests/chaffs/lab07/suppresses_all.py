"""Suppresses every OSError of connect: what went wrong will show later."""

FAILS = "start_connect_raises_what_is_known_at_once"
BELIEVES = "nonblocking-never-fails"


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    with suppress(OSError):
        sock.connect(address)
    return sock
