"""Asks for 4096 bytes whatever is missing, and throws away what was too much."""

FAILS = "recv_exactly_leaves_the_next_message_alone"
BELIEVES = "rest-goes-back"


def recv_exactly(sock, count):
    data = b""
    while len(data) < count:
        piece = sock.recv(4096)
        if not piece:
            raise EndOfStream(len(data), count)
        data += piece
    return data[:count]
