"""Gives the last line without CRLF if the stream ends there, as files do."""

FAILS = "recv_line_raises_when_the_stream_ends_in_a_line"
BELIEVES = "part-is-a-message"
WRITTEN = "without sight of the checks"


def recv_line(sock, buffer, limit):
    try:
        return recv_until(sock, buffer, CRLF, limit)
    except EndOfStream:
        return buffer.take_at_most(len(buffer))
