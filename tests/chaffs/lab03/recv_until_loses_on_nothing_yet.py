"""Collects in a variable and fills the buffer at the end: an exception takes all with it."""

FAILS = "recv_until_can_go_on_after_nothing_yet"
BELIEVES = ""


def recv_until(sock, buffer, delimiter, limit):
    data = buffer.take_at_most(len(buffer))
    while delimiter not in data and len(data) < limit:
        piece = sock.recv(min(limit - len(data), RECV_BYTES))
        if not piece and data:
            buffer.feed(data)
            raise EndOfStream(len(data))
        if not piece:
            return b""
        data += piece
    buffer.feed(data)
    return buffer.take_until(delimiter, limit)
