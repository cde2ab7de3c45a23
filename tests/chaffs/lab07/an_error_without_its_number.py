"""Raises an OSError with the text alone: it has no errno, and is no ConnectionRefusedError."""

FAILS = "finish_connect_raises_no_error_without_its_number"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def finish_connect(sock):
    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code != 0:
        raise OSError(f"connect failed: {os.strerror(code)}")
