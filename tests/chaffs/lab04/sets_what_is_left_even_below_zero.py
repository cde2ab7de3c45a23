"""Sets the timeout to what is left even if that is less than 0, which settimeout refuses."""

FAILS = "close_gracefully_raises_nothing_though_the_peer_talks_for_ever"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    try:
        finish_sending(sock)
        sock.settimeout(timeout_s)
        while sock.recv(CHUNK_BYTES):
            sock.settimeout(deadline_s - time.monotonic())
    except OSError:
        pass
    finally:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        sock.close()
