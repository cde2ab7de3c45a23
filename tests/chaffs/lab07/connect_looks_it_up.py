"""Gives connect whatever it gets: a name works as well."""

FAILS = "start_connect_looks_no_name_up"
BELIEVES = "lookup-is-free"


def start_connect(endpoint):
    family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        with suppress(BlockingIOError):
            sock.connect(endpoint)
    except OSError:
        sock.close()
        raise
    return sock
