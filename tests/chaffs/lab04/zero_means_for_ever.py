"""Takes a timeout of 0 for no timeout at all, as other languages do, and waits for ever."""

FAILS = "close_gracefully_with_no_time_at_all_closes_at_once"
BELIEVES = ""


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    with suppress(OSError):
        finish_sending(sock)
        while not timeout_s or (left_s := deadline_s - time.monotonic()) > 0:
            sock.settimeout(left_s if timeout_s else None)
            if not sock.recv(CHUNK_BYTES):
                break
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
