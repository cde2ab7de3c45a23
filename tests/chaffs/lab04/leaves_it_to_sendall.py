"""Leaves it to sendall, which knows only sockets that may block."""

FAILS = "send_all_is_not_stopped_by_a_full_buffer"
BELIEVES = "full-is-zero"


def send_all(sock, data):
    sock.sendall(data)
