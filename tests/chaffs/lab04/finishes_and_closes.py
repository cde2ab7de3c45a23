"""Ends its own side and closes, without a look at what the peer has sent."""

FAILS = "close_gracefully_lets_a_reply_survive_unread_input"
BELIEVES = "close-is-goodbye"


def close_gracefully(sock, timeout_s):
    finish_sending(sock)
    sock.close()
