"""Collects text, as the program of the post did with its `''` and `+=`."""

FAILS = "recv_exactly_returns_the_bytes_that_were_sent"
BELIEVES = "text-is-bytes"


def recv_exactly(sock, count):
    message = ""
    while len(message) < count:
        piece = sock.recv(count - len(message))
        if not piece:
            raise EndOfStream(len(message), count)
        message += piece.decode()
    return message
