"""Closes the socket itself when the connect has failed, though it is the caller's."""

FAILS = "finish_connect_leaves_the_closing_to_others"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def finish_connect(sock):
    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        sock.close()
        raise OSError(code, os.strerror(code))
