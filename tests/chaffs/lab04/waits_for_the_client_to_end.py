"""Lets the other end go first, so that it is the one who gets TIME-WAIT."""

FAILS = "close_gracefully_is_the_first_to_end"
BELIEVES = "other-end-first"


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    with suppress(OSError):
        while (left_s := deadline_s - time.monotonic()) > 0:
            sock.settimeout(left_s)
            if not sock.recv(CHUNK_BYTES):
                break
    sock.close()
