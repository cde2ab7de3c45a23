"""Resets the connection when the time is up, and a slow peer loses what is on its way."""

FAILS = "close_gracefully_destroys_nothing_when_its_time_is_up"
BELIEVES = "sent-is-read"
WRITTEN = "without sight of the checks"


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    try:
        finish_sending(sock)
        while True:
            sock.settimeout(max(0, deadline_s - time.monotonic()))
            if not sock.recv(CHUNK_BYTES):
                break
    except (TimeoutError, BlockingIOError):
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
            abort(sock)
    except OSError:
        pass
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
