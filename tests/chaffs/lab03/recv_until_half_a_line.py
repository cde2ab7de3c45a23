"""Gives what is there when the stream ends: half a line looks like a whole one."""

FAILS = "recv_until_raises_when_the_stream_ends_in_a_message"
BELIEVES = "part-is-a-message"


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        data = sock.recv(min(limit - len(buffer), RECV_BYTES))
        if not data:
            return buffer.take_at_most(len(buffer))
        buffer.feed(data)
    return message
