"""Reads first and counts afterwards: recv(0) is b"", which it takes for the end."""

FAILS = "recv_exactly_of_nothing_reads_nothing"
BELIEVES = ""


def recv_exactly(sock, count):
    data = b""
    while True:
        piece = sock.recv(count - len(data))
        if not piece:
            raise EndOfStream(len(data), count)
        data += piece
        if len(data) == count:
            return data
