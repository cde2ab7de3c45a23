"""Reads once if no line is there, and thinks that this must bring one."""

FAILS = "recv_line_is_right_for_any_pieces"
BELIEVES = "one-send-one-recv"


def recv_line(sock, buffer, limit):
    line = buffer.take_until(CRLF, limit)
    if line is None:
        buffer.feed(sock.recv(limit - len(buffer)))
        line = buffer.take_until(CRLF, limit)
    return line or b""
