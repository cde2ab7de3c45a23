"""Reads until there is nothing for the moment, and takes that for the end."""

FAILS = "close_gracefully_waits_for_a_peer_that_still_talks"
BELIEVES = "quiet-is-the-end"


def close_gracefully(sock, timeout_s):
    with suppress(OSError):
        finish_sending(sock)
        sock.setblocking(False)
        while sock.recv(CHUNK_BYTES):
            pass
    sock.close()
