"""Reads first and looks into the buffer then, so it blocks although a whole message is there."""

FAILS = "recv_until_looks_into_the_buffer_first"
BELIEVES = "one-send-one-recv"
WRITTEN = "without sight of the checks"


def recv_until(sock, buffer, delimiter, limit):
    while data := sock.recv(max(1, min(RECV_BYTES, limit - len(buffer)))):
        buffer.feed(data)
        message = buffer.take_until(delimiter, limit)
        if message is not None:
            return message
    if len(buffer):
        raise EndOfStream(len(buffer))
    return b""
