"""Reads in blocks until one is not full: that one, it thinks, must be the last."""

FAILS = "recv_exactly_collects_a_big_message"
BELIEVES = "recv-fills-n"


def recv_exactly(sock, count):
    data = b""
    while len(data) < count:
        wanted = min(65_536, count - len(data))
        piece = sock.recv(wanted)
        data += piece
        if len(piece) < wanted:
            break
    return data
