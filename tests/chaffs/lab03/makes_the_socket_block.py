"""Sets the socket to blocking first, and so takes the caller's timeout away."""

FAILS = "recv_exactly_comes_back_when_the_timeout_has_passed"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_exactly(sock, count):
    sock.setblocking(True)
    received = bytearray()
    while len(received) < count:
        data = sock.recv(min(count - len(received), RECV_BYTES))
        if not data:
            raise EndOfStream(len(received), count)
        received += data
    return bytes(received)
