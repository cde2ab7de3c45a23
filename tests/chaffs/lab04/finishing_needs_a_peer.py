"""Has never met a peer that is gone."""

FAILS = "finish_sending_to_a_peer_that_is_gone_is_no_error"
BELIEVES = ""


def finish_sending(sock):
    sock.shutdown(socket.SHUT_WR)
