"""Returns what is in the buffer when the stream ends, with or without a delimiter."""

FAILS = "recv_until_raises_when_the_stream_ends_in_a_message"
BELIEVES = "part-is-a-message"
WRITTEN = "without sight of the checks"


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        data = sock.recv(min(RECV_BYTES, limit - len(buffer)))
        if not data:
            return buffer.take_at_most(len(buffer))
        buffer.feed(data)
    return message
