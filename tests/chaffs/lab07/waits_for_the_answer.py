"""Connects as always, and makes the socket non-blocking afterwards."""

FAILS = "start_connect_does_not_wait_for_the_answer"
BELIEVES = ""


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock
