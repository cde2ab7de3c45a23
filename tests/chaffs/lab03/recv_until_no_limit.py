"""Reads until the delimiter comes, and looks at the limit then."""

FAILS = "recv_until_gives_up_at_the_limit"
BELIEVES = "every-line-ends"


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, 10**9)) is None:
        data = sock.recv(RECV_BYTES)
        if not data and len(buffer):
            raise EndOfStream(len(buffer))
        if not data:
            return b""
        buffer.feed(data)
    if len(message) > limit:
        raise LimitExceeded(limit)
    return message
