"""Reads in whatever mode the socket is, and has no answer to "would block"."""

FAILS = "close_gracefully_closes_and_raises_nothing"
BELIEVES = ""


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    finish_sending(sock)
    while time.monotonic() < deadline_s and sock.recv(CHUNK_BYTES):
        pass
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
