"""Gives the connect a timeout, so that it can't take long."""

FAILS = "start_connect_does_not_wait_for_the_answer"
BELIEVES = ""


def start_connect(endpoint):
    sock = socket.create_connection(endpoint, timeout=10)
    sock.setblocking(False)
    return sock
