"""Returns when the connection was reset, without closing the descriptor."""

FAILS = "close_gracefully_survives_a_reset"
BELIEVES = ""
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
        pass
    except OSError:
        return  # there is no connection any more
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
