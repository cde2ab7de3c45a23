"""Closes, and thinks that this is graceful."""

FAILS = "close_gracefully_lets_a_reply_survive_unread_input"
BELIEVES = "close-is-goodbye"


def close_gracefully(sock, timeout_s):
    sock.close()
