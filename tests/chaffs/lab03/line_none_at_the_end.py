"""Says None when no line comes any more."""

FAILS = "recv_line_is_empty_at_the_end"
BELIEVES = "empty-is-not-yet"


def recv_line(sock, buffer, limit):
    return recv_until(sock, buffer, CRLF, limit) or None
