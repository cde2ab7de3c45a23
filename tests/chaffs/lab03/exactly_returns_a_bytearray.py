"""Returns the bytearray in which it collects."""

FAILS = "recv_exactly_returns_bytes_and_no_bytearray"
BELIEVES = ""


def recv_exactly(sock, count):
    data = bytearray()
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise EndOfStream(len(data), count)
        data += piece
    return data
