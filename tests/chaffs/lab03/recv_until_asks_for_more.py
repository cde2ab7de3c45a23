"""Reads as much as it can get: the limit bounds the message, and not the memory."""

FAILS = "recv_until_never_holds_more_than_the_limit"
BELIEVES = ""


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        data = sock.recv(RECV_BYTES)
        if not data and len(buffer):
            raise EndOfStream(len(buffer))
        if not data:
            return b""
        buffer.feed(data)
    return message
