"""Whatever has gone wrong was a refusal."""

FAILS = "finish_connect_raises_what_has_happened"
BELIEVES = "writable-is-connected"


def finish_connect(sock):
    if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise ConnectionRefusedError(111, os.strerror(111))
