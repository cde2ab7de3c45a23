"""Begins with connect_ex, which raises nothing, and does not look at what it returns."""

FAILS = "start_connect_raises_what_is_known_at_once"
BELIEVES = "nonblocking-never-fails"


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    sock.connect_ex(address)
    return sock
