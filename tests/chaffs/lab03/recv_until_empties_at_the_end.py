"""Empties the buffer before it raises: half a message is of no use, it thinks."""

FAILS = "recv_until_keeps_what_had_come_when_it_raises"
BELIEVES = ""


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        data = sock.recv(min(limit - len(buffer), RECV_BYTES))
        if not data and len(buffer):
            raise EndOfStream(len(buffer.take_at_most(limit)))
        if not data:
            return b""
        buffer.feed(data)
    return message
