"""Returns the number, for the caller to look at."""

FAILS = "finish_connect_returns_if_it_is_connected"
BELIEVES = "writable-is-connected"


def finish_connect(sock):
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
