"""Reads with an unbuffered file, whose read(count) is one recv, and takes less for the end."""

FAILS = "recv_exactly_collects_a_big_message"
BELIEVES = "recv-fills-n"
WRITTEN = "without sight of the checks"


def recv_exactly(sock, count):
    with sock.makefile("rb", buffering=0) as stream:
        data = stream.read(count)
    if len(data) < count:
        raise EndOfStream(len(data), count)
    return data
