"""Reads the line with makefile().readline(), past the buffer that it was given."""

FAILS = "recv_line_gives_a_line_for_each_call"
BELIEVES = "one-send-one-recv"
WRITTEN = "without sight of the checks"


def recv_line(sock, buffer, limit):
    with sock.makefile("rb") as stream:
        line = stream.readline(limit)
    if line and not line.endswith(CRLF):
        if len(line) < limit:
            raise EndOfStream(len(line))
        raise LimitExceeded(limit)
    return line
