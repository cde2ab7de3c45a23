"""Returns b"" if recv raises BlockingIOError: nothing there, nothing returned."""

FAILS = "recv_until_says_nothing_yet_as_recv_does"
BELIEVES = "empty-is-not-yet"
WRITTEN = "without sight of the checks"


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        try:
            data = sock.recv(min(RECV_BYTES, limit - len(buffer)))
        except BlockingIOError:
            return b""
        if not data:
            if len(buffer):
                raise EndOfStream(len(buffer))
            return b""
        buffer.feed(data)
    return message
