"""Loops until recv returns empty, as the post does: right only if the peer closes."""

FAILS = "recv_exactly_does_not_wait_for_the_close"
BELIEVES = "close-ends-message"


def recv_exactly(sock, count):
    data = b""
    while piece := sock.recv(4096):
        data += piece
    if len(data) < count:
        raise EndOfStream(len(data), count)
    return data[:count]
