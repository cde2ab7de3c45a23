"""Sends b'', since that is what the other end is to read."""

FAILS = "finish_sending_gives_the_peer_the_end_of_the_stream"
BELIEVES = ""


def finish_sending(sock):
    sock.send(b"")
