"""Has the right deadline, and lets its error out."""

FAILS = "close_gracefully_closes_though_the_peer_never_ends"
BELIEVES = ""


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    with suppress(ConnectionError):
        finish_sending(sock)
        while (left_s := deadline_s - time.monotonic()) > 0:
            sock.settimeout(left_s)
            if not sock.recv(CHUNK_BYTES):
                break
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
