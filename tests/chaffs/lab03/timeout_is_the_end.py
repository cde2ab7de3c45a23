"""Says EndOfStream if recv raises a timeout."""

FAILS = "recv_exactly_lets_a_timeout_through"
BELIEVES = "empty-is-not-yet"
WRITTEN = "without sight of the checks"


def recv_exactly(sock, count):
    received = bytearray()
    while len(received) < count:
        try:
            data = sock.recv(min(count - len(received), RECV_BYTES))
        except TimeoutError:
            data = b""
        if not data:
            raise EndOfStream(len(received), count)
        received += data
    return bytes(received)
