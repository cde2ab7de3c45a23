"""Looks at the deadline between the recvs only: a recv on a blocking socket knows nothing of it."""

FAILS = "close_gracefully_waits_in_whatever_mode_the_socket_is"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    with suppress(OSError):
        finish_sending(sock)
        while time.monotonic() < deadline_s:
            if not sock.recv(CHUNK_BYTES):
                break
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
