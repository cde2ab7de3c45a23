"""Empties the buffer after each message, so that the next one begins with an empty one."""

FAILS = "recv_until_keeps_what_came_after_the_message"
BELIEVES = "one-send-one-recv"


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        data = sock.recv(min(limit - len(buffer), RECV_BYTES))
        if not data and len(buffer):
            raise EndOfStream(len(buffer))
        if not data:
            return b""
        buffer.feed(data)
    buffer.take_at_most(len(buffer))
    return message
