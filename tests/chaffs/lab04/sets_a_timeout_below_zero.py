"""Asks settimeout for what is left of the time, even if that is less than nothing."""

FAILS = "close_gracefully_with_no_time_at_all_closes_at_once"
BELIEVES = ""


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    with suppress(OSError):
        finish_sending(sock)
        while True:
            sock.settimeout(deadline_s - time.monotonic())
            if not sock.recv(CHUNK_BYTES):
                break
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
