"""Sets a limit of its own, since no line is that long."""

FAILS = "recv_line_refuses_a_line_that_is_too_long"
BELIEVES = "every-line-ends"


def recv_line(sock, buffer, limit):
    return recv_until(sock, buffer, CRLF, 1_000_000)
