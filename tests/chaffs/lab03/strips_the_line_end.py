"""Returns the line without its end, as one does with lines of a file: an empty line is b""."""

FAILS = "recv_line_returns_the_line_with_its_crlf"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_line(sock, buffer, limit):
    return recv_until(sock, buffer, CRLF, limit).rstrip(CRLF)
