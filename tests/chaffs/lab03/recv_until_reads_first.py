"""Reads before it looks: each message needs a recv of its own, it thinks."""

FAILS = "recv_until_looks_into_the_buffer_first"
BELIEVES = "one-send-one-recv"


def recv_until(sock, buffer, delimiter, limit):
    while True:
        data = sock.recv(max(1, min(limit - len(buffer), RECV_BYTES)))
        if not data and len(buffer):
            raise EndOfStream(len(buffer))
        if not data:
            return b""
        buffer.feed(data)
        if (message := buffer.take_until(delimiter, limit)) is not None:
            return message
