"""Asks for `limit` bytes each time, whatever is in the buffer already."""

FAILS = "recv_until_never_holds_more_than_the_limit"
BELIEVES = ""


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        data = sock.recv(min(limit, RECV_BYTES))
        if not data and len(buffer):
            raise EndOfStream(len(buffer))
        if not data:
            return b""
        buffer.feed(data)
    return message
