"""Takes a peer that is late for one that has ended."""

FAILS = "recv_exactly_lets_a_timeout_through"
BELIEVES = "empty-is-not-yet"


def recv_exactly(sock, count):
    data = b""
    while len(data) < count:
        try:
            piece = sock.recv(count - len(data))
        except TimeoutError:
            piece = b""
        if not piece:
            raise EndOfStream(len(data), count)
        data += piece
    return data
