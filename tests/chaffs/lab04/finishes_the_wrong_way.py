"""Ends the direction of the peer and not its own."""

FAILS = "finish_sending_gives_the_peer_the_end_of_the_stream"
BELIEVES = ""


def finish_sending(sock):
    try:
        sock.shutdown(socket.SHUT_RD)
    except OSError as error:
        if error.errno != errno.ENOTCONN:
            raise
