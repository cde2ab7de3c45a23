"""Closes the socket to end the stream, though there may be other descriptors for it."""

FAILS = "finish_sending_gives_the_peer_the_end_of_the_stream"
BELIEVES = "close-closes"


def finish_sending(sock):
    sock.close()
