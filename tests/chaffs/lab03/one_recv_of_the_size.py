"""Takes one recv for the length that was asked for, and returns what it got."""

FAILS = "recv_exactly_collects_a_big_message"
BELIEVES = "recv-fills-n"
WRITTEN = "without sight of the checks"


def recv_exactly(sock, count):
    data = sock.recv(count)
    if not data and count:
        raise EndOfStream(0, count)
    return data
