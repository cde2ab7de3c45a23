"""Gives each line a buffer of its own: what came after the first line is gone."""

FAILS = "recv_line_gives_a_line_for_each_call"
BELIEVES = "one-send-one-recv"


def recv_line(sock, buffer, limit):
    return recv_until(sock, ReceiveBuffer(), CRLF, limit)
