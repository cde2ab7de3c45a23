"""Sets the timeout once, and thinks that it bounds the whole."""

FAILS = "close_gracefully_is_bounded_in_total"
BELIEVES = "timeout-bounds-request"


def close_gracefully(sock, timeout_s):
    sock.settimeout(timeout_s)
    with suppress(OSError):
        finish_sending(sock)
        while sock.recv(CHUNK_BYTES):
            pass
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
