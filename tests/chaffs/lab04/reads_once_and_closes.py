"""Throws away what is there at the moment, in one go, and closes."""

FAILS = "close_gracefully_waits_for_a_peer_that_still_talks"
BELIEVES = "quiet-is-the-end"


def close_gracefully(sock, timeout_s):
    finish_sending(sock)
    sock.setblocking(False)
    with suppress(OSError):
        sock.recv(1_000_000)
    sock.close()
