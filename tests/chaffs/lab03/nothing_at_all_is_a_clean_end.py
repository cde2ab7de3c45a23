"""Returns b"" if the stream ends before the first of the `count` bytes."""

FAILS = "recv_exactly_raises_when_nothing_comes_at_all"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_exactly(sock, count):
    received = bytearray()
    while len(received) < count:
        data = sock.recv(min(count - len(received), RECV_BYTES))
        if not data and not received:
            return b""
        if not data:
            raise EndOfStream(len(received), count)
        received += data
    return bytes(received)
