"""Collects in a list of its own first, and feeds the buffer when the message is whole."""

FAILS = "recv_until_keeps_what_had_come_when_it_raises"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_until(sock, buffer, delimiter, limit):
    pieces = bytearray(buffer.take_at_most(limit))
    while delimiter not in pieces:
        if len(pieces) >= limit:
            raise LimitExceeded(limit)
        data = sock.recv(limit - len(pieces))
        if not data and pieces:
            raise EndOfStream(len(pieces))
        if not data:
            return b""
        pieces += data
    buffer.feed(bytes(pieces))
    return buffer.take_until(delimiter, limit)
