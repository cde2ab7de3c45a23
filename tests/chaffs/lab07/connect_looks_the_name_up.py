"""Gives host and port to connect as they are, which looks a name up, and waits for that."""

FAILS = "start_connect_looks_no_name_up"
BELIEVES = "lookup-is-free"
WRITTEN = "without sight of the checks"


def start_connect(endpoint):
    host, port = endpoint
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        sock.connect((host, port))
    except BlockingIOError:
        pass
    except OSError:
        sock.close()
        raise
    return sock
