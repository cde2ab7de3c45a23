"""Makes an OSError of the number alone, which is then its text."""

FAILS = "finish_connect_raises_no_error_without_its_number"
BELIEVES = ""


def finish_connect(sock):
    if code := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(code)
