"""Receives up to the CR, and then up to the LF: a CR alone already ends something."""

FAILS = "recv_line_does_not_end_at_an_lf_behind_a_cr"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_line(sock, buffer, limit):
    line = recv_until(sock, buffer, b"\r", limit)
    return line and line + recv_until(sock, buffer, b"\n", limit - len(line))
