"""Ends the connection, and forgets the descriptor where the peer does not answer in time."""

FAILS = "close_gracefully_closes_though_the_peer_never_ends"
BELIEVES = ""


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    try:
        finish_sending(sock)
        while (left_s := deadline_s - time.monotonic()) > 0:
            sock.settimeout(left_s)
            if not sock.recv(CHUNK_BYTES):
                break
    except TimeoutError:
        sock.shutdown(socket.SHUT_RDWR)
        return
    except OSError:
        pass
    sock.close()
