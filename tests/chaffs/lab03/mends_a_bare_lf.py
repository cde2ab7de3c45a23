"""Takes a line at its LF and puts the CR that is missing before it."""

FAILS = "recv_line_ends_at_crlf_alone"
BELIEVES = "line-ends-at-lf"
WRITTEN = "without sight of the checks"


def recv_line(sock, buffer, limit):
    line = recv_until(sock, buffer, b"\n", limit)
    if line and not line.endswith(CRLF):
        line = line[:-1] + CRLF
    return line
