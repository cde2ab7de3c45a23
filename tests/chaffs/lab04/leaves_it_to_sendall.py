"""Leaves it to sendall, which knows only sockets that may block."""

FAILS = "send_all_waits_for_room_on_a_non_blocking_socket"
BELIEVES = "send-takes-all"


def send_all(sock, data):
    sock.sendall(data)
