"""Catches every error of the connection, and calls it the end of the stream."""

FAILS = "recv_exactly_lets_a_reset_through"
BELIEVES = "broken-is-ended"


def recv_exactly(sock, count):
    data = b""
    while len(data) < count:
        try:
            piece = sock.recv(count - len(data))
        except OSError:
            piece = b""
        if not piece:
            raise EndOfStream(len(data), count)
        data += piece
    return data
