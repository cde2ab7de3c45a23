"""Expects that a peer that was there a moment ago ends in good order."""

FAILS = "close_gracefully_survives_a_reset"
BELIEVES = ""


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    finish_sending(sock)
    with suppress(TimeoutError):
        while (left_s := deadline_s - time.monotonic()) > 0:
            sock.settimeout(left_s)
            if not sock.recv(CHUNK_BYTES):
                break
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
