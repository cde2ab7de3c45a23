"""Shuts both directions down only after the peer has ended, and not when the time is up."""

FAILS = "close_gracefully_wakes_who_waits_elsewhere"
BELIEVES = "close-wakes"
WRITTEN = "without sight of the checks"


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    try:
        finish_sending(sock)
        while True:
            sock.settimeout(max(0, deadline_s - time.monotonic()))
            if not sock.recv(CHUNK_BYTES):
                break
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    finally:
        sock.close()
