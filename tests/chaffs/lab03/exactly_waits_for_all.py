"""Leaves the collecting to MSG_WAITALL, which a timeout takes away."""

FAILS = "recv_exactly_lets_a_reset_through"
BELIEVES = "broken-is-ended"
WRITTEN = "without sight of the checks"


def recv_exactly(sock, count):
    data = sock.recv(count, socket.MSG_WAITALL) if count else b""
    if len(data) < count:
        raise EndOfStream(len(data), count)
    return data
