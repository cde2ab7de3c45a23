"""The mistake of the post: one recv(4096), whatever the length of the message."""

FAILS = "recv_exactly_collects_a_big_message"
BELIEVES = "recv-fills-n"


def recv_exactly(sock, count):
    return sock.recv(4096)
