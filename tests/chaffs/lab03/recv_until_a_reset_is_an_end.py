"""Catches a reset, and calls it the end of the stream."""

FAILS = "recv_until_lets_a_reset_through"
BELIEVES = "broken-is-ended"


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        try:
            data = sock.recv(min(limit - len(buffer), RECV_BYTES))
        except ConnectionError:
            data = b""
        if not data and len(buffer):
            raise EndOfStream(len(buffer))
        if not data:
            return b""
        buffer.feed(data)
    return message
