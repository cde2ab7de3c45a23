"""Takes the BlockingIOError for a failure."""

FAILS = "start_connect_begins_a_connection"
BELIEVES = "exception-is-failure"


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock
