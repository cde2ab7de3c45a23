"""Tells the two numbers in the wrong order."""

FAILS = "recv_exactly_tells_how_much_had_come"
BELIEVES = ""


def recv_exactly(sock, count):
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise EndOfStream(count, len(data))
        data += piece
    return data
