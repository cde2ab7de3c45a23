"""Notices that only a part was taken, and sends all of it again."""

FAILS = "send_all_sends_every_byte_once_to_a_slow_reader"
BELIEVES = "send-takes-all"


def send_all(sock, data):
    sent = 0
    while sent < len(data):
        sent += sock.send(data)
