"""Waits after the shutdown until the peer has ended, too, and loses its answer."""

FAILS = "finish_sending_does_not_wait_for_the_peer_to_finish"
BELIEVES = "other-end-first"
WRITTEN = "without sight of the checks"


def finish_sending(sock):
    try:
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(CHUNK_BYTES):
            pass
    except TimeoutError:
        pass
    except OSError as error:
        if error.errno not in (errno.ENOTCONN, errno.ECONNRESET, errno.EAGAIN):
            raise
