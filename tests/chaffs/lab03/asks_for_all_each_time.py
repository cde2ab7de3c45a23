"""Asks for `count` bytes in every recv, also when only the last few are missing."""

FAILS = "recv_exactly_leaves_the_next_message_alone"
BELIEVES = "rest-goes-back"
WRITTEN = "without sight of the checks"


def recv_exactly(sock, count):
    received = b""
    while len(received) < count:
        data = sock.recv(min(count, RECV_BYTES))
        if not data:
            raise EndOfStream(len(received), count)
        received += data
    return received[:count]
