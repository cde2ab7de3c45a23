"""Asks for count bytes once, and takes what comes for all of them."""

FAILS = "recv_exactly_collects_a_big_message"
BELIEVES = "recv-fills-n"


def recv_exactly(sock, count):
    data = sock.recv(count) if count else b""
    if count and not data:
        raise EndOfStream(0, count)
    return data
