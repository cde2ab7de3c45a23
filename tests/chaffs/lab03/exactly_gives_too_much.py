"""Asks for 4096 bytes whatever is missing, and returns all that came."""

FAILS = "recv_exactly_returns_no_more_than_it_was_asked_for"
BELIEVES = "one-send-one-recv"


def recv_exactly(sock, count):
    data = b""
    while len(data) < count:
        piece = sock.recv(4096)
        if not piece:
            raise EndOfStream(len(data), count)
        data += piece
    return data
