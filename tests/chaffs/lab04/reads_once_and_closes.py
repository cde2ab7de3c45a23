"""Throws away what is there at the moment, in one go, and closes."""

FAILS = "close_gracefully_lets_a_reply_survive_unread_input"
BELIEVES = "close-is-goodbye"


def close_gracefully(sock, timeout_s):
    finish_sending(sock)
    sock.setblocking(False)
    with suppress(OSError):
        sock.recv(1_000_000)
    sock.close()
