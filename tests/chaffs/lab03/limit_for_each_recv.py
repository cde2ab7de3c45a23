"""Asks each recv for up to `limit` bytes, without what the buffer holds already."""

FAILS = "recv_until_never_holds_more_than_the_limit"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        data = sock.recv(min(RECV_BYTES, limit))
        if not data:
            if len(buffer):
                raise EndOfStream(len(buffer))
            return b""
        buffer.feed(data)
    return message
