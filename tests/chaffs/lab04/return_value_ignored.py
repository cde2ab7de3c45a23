"""Gives everything to send() once and does not look at what it returns."""

FAILS = "send_all_sends_every_byte_once_to_a_slow_reader"
BELIEVES = "send-takes-all"


def send_all(sock, data):
    sock.send(data)
