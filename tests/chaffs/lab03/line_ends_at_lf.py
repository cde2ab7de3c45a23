"""Ends a line at \\n, as a text file does."""

FAILS = "recv_line_ends_at_crlf_alone"
BELIEVES = "line-ends-at-lf"


def recv_line(sock, buffer, limit):
    return recv_until(sock, buffer, b"\n", limit)
