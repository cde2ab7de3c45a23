"""Takes a moment of silence for the end of the stream."""

FAILS = "close_gracefully_waits_for_a_peer_that_still_talks"
BELIEVES = "quiet-is-the-end"


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    with suppress(OSError):
        finish_sending(sock)
        while time.monotonic() < deadline_s:
            sock.settimeout(min(0.2, timeout_s))
            if not sock.recv(CHUNK_BYTES):
                break
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
