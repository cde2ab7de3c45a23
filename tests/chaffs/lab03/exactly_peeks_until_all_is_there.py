"""Looks until all of it lies in the kernel, and takes it then."""

FAILS = "recv_exactly_collects_a_big_message"
BELIEVES = "recv-fills-n"
WRITTEN = "without sight of the checks"


def recv_exactly(sock, count):
    seen = 0
    while seen < count:
        seen = len(sock.recv(count, socket.MSG_PEEK))
        if not seen:
            raise EndOfStream(0, count)
    return sock.recv(count) if count else b""
