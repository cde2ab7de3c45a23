"""A socket that has a peer is connected; else, nobody knows why not."""

FAILS = "finish_connect_raises_if_it_was_refused"
BELIEVES = "writable-is-connected"


def finish_connect(sock):
    sock.getpeername()
