"""Feeds b"" to the buffer and asks again, for ever."""

FAILS = "recv_until_ends_when_the_stream_does"
BELIEVES = "empty-is-not-yet"


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        buffer.feed(sock.recv(min(limit - len(buffer), RECV_BYTES)))
    return message
