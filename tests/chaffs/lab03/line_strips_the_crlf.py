"""Gives the line without its end, as one does with lines of a text."""

FAILS = "recv_line_returns_the_line_with_its_crlf"
BELIEVES = ""


def recv_line(sock, buffer, limit):
    return recv_until(sock, buffer, CRLF, limit).removesuffix(CRLF)
