"""Sets SO_LINGER, so that close waits until all has arrived."""

FAILS = "close_gracefully_lets_a_reply_survive_unread_input"
BELIEVES = "close-is-goodbye"
WRITTEN = "without sight of the checks"


def close_gracefully(sock, timeout_s):
    with suppress(OSError):
        sock.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, max(1, int(timeout_s)))
        )
        sock.shutdown(socket.SHUT_WR)
    sock.close()
