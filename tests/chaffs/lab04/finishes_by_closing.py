"""Closes the socket to end the stream, though there may be other descriptors for it."""

FAILS = "finish_sending_counts_for_all_descriptors"
BELIEVES = "close-closes"


def finish_sending(sock):
    sock.close()
