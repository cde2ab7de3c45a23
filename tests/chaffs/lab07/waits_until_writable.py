"""Begins without waiting, and then waits until it is decided: the loop should not have to."""

FAILS = "start_connect_does_not_wait_for_the_answer"
BELIEVES = ""


import select


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        sock.connect(address)
    except BlockingIOError:
        select.select([], [sock], [])
    except OSError:
        sock.close()
        raise
    return sock
