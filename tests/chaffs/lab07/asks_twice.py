"""Asks SO_ERROR once to see whether, and once more to see what."""

FAILS = "finish_connect_asks_only_once"
BELIEVES = ""


def finish_connect(sock):
    if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        raise OSError(code, os.strerror(code))
