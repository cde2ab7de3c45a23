"""Asks again and again whether something has come."""

FAILS = "close_gracefully_does_not_spin_while_it_waits"
BELIEVES = "busy-is-waiting"


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    with suppress(OSError):
        finish_sending(sock)
        sock.setblocking(False)
        while time.monotonic() < deadline_s:
            with suppress(BlockingIOError):
                if not sock.recv(CHUNK_BYTES):
                    break
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
