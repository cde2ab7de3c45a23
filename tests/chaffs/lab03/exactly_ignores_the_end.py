"""Takes b"" for "nothing yet" and asks again, for ever."""

FAILS = "recv_exactly_ends_when_the_stream_does"
BELIEVES = "empty-is-not-yet"


def recv_exactly(sock, count):
    data = b""
    while len(data) < count:
        data += sock.recv(count - len(data))
    return data
