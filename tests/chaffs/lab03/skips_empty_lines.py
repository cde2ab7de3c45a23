"""Skips empty lines, since there is nothing in them."""

FAILS = "recv_line_gives_an_empty_line_too"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_line(sock, buffer, limit):
    while (line := recv_until(sock, buffer, CRLF, limit)) == CRLF:
        pass
    return line
