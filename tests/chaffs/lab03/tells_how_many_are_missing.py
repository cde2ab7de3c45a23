"""Puts the number of the missing bytes into EndOfStream, where the received ones belong."""

FAILS = "recv_exactly_tells_how_much_had_come"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_exactly(sock, count):
    missing, pieces = count, []
    while missing:
        data = sock.recv(min(missing, RECV_BYTES))
        if not data:
            raise EndOfStream(missing, count)
        pieces.append(data)
        missing -= len(data)
    return b"".join(pieces)
