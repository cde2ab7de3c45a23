"""Begins with '' and adds what recv returns, as the post does: Python refuses to mix the two."""

FAILS = "recv_exactly_returns_the_bytes_that_were_sent"
BELIEVES = "text-is-bytes"


def recv_exactly(sock, count):
    message = ""
    while len(message) < count:
        message += sock.recv(count - len(message))
    return message
