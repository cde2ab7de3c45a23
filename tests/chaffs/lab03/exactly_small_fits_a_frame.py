"""Loops for big messages only: a small one fits into one frame, so it comes whole."""

FAILS = "recv_exactly_collects_a_small_message_too"
BELIEVES = "frames-decide"


FRAME_BYTES = 1_460


def recv_exactly(sock, count):
    if count <= FRAME_BYTES:
        return sock.recv(count)
    data = b""
    while len(data) < count:
        piece = sock.recv(min(count - len(data), FRAME_BYTES))
        if not piece:
            raise EndOfStream(len(data), count)
        data += piece
    return data
