"""Looks the name up, and takes the first of its addresses."""

FAILS = "start_connect_looks_no_name_up"
BELIEVES = "lookup-is-free"


def start_connect(endpoint):
    family, kind, _, _, address = socket.getaddrinfo(*endpoint, type=socket.SOCK_STREAM)[0]
    sock = socket.socket(family, kind)
    sock.setblocking(False)
    try:
        with suppress(BlockingIOError):
            sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock
