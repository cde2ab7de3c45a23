"""Reads once, and thinks that this must bring the whole message."""

FAILS = "recv_until_reads_until_the_delimiter"
BELIEVES = "one-send-one-recv"


def recv_until(sock, buffer, delimiter, limit):
    message = buffer.take_until(delimiter, limit)
    if message is None:
        buffer.feed(sock.recv(min(limit - len(buffer), RECV_BYTES)))
        message = buffer.take_until(delimiter, limit)
    return message
