"""Returns the bytearray in which it collected, not bytes."""

FAILS = "recv_exactly_returns_bytes_and_no_bytearray"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_exactly(sock, count):
    received = bytearray()
    while len(received) < count:
        data = sock.recv(min(count - len(received), RECV_BYTES))
        if not data:
            raise EndOfStream(len(received), count)
        received += data
    return received
