"""Takes "nothing yet" for the end of the stream."""

FAILS = "recv_until_says_nothing_yet_as_recv_does"
BELIEVES = "empty-is-not-yet"


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        try:
            data = sock.recv(min(limit - len(buffer), RECV_BYTES))
        except (BlockingIOError, TimeoutError):
            data = b""
        if not data and len(buffer):
            raise EndOfStream(len(buffer))
        if not data:
            return b""
        buffer.feed(data)
    return message
