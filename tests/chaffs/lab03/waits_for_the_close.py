"""Receives until the stream ends, and looks for the message then."""

FAILS = "recv_until_does_not_wait_for_the_close"
BELIEVES = "close-ends-message"
WRITTEN = "without sight of the checks"


def recv_until(sock, buffer, delimiter, limit):
    while len(buffer) < limit and (data := sock.recv(limit - len(buffer))):
        buffer.feed(data)
    message = buffer.take_until(delimiter, limit)
    if message is None and len(buffer):
        raise EndOfStream(len(buffer))
    return message or b""
