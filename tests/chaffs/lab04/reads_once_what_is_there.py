"""Reads once to empty the kernel's buffer, and takes that for the end."""

FAILS = "close_gracefully_waits_for_a_peer_that_still_talks"
BELIEVES = "quiet-is-the-end"
WRITTEN = "without sight of the checks"


def close_gracefully(sock, timeout_s):
    with suppress(OSError):
        finish_sending(sock)
        sock.settimeout(timeout_s)
        sock.recv(CHUNK_BYTES)
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
