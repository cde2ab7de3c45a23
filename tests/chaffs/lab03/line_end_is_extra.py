"""Gives the CRLF two bytes on top of the limit."""

FAILS = "recv_line_counts_the_crlf_too"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_line(sock, buffer, limit):
    return recv_until(sock, buffer, CRLF, limit + len(CRLF))
