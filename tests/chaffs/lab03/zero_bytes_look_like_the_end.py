"""Calls recv before it looks at `count`: recv(0) gives b"", which it takes for the end."""

FAILS = "recv_exactly_of_nothing_reads_nothing"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_exactly(sock, count):
    received = bytearray()
    while True:
        data = sock.recv(min(count - len(received), RECV_BYTES))
        if not data:
            raise EndOfStream(len(received), count)
        received += data
        if len(received) == count:
            return bytes(received)
