"""Closes, and trusts that whoever waits in recv notices."""

FAILS = "close_gracefully_wakes_who_waits_elsewhere"
BELIEVES = "close-wakes"


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    with suppress(OSError):
        finish_sending(sock)
        while (left_s := deadline_s - time.monotonic()) > 0:
            sock.settimeout(left_s)
            if not sock.recv(CHUNK_BYTES):
                break
    sock.close()
