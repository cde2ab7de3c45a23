"""Loops over the parts, but calls sendall, which loops itself."""

FAILS = "send_all_sends_every_byte_once_to_a_slow_reader"
BELIEVES = "send-takes-all"


def send_all(sock, data):
    for start in range(0, len(data), 4_096):
        sock.sendall(data[start:])
