"""Waits until the peer has received all, and then resets: a server must not have TIME-WAITs."""

FAILS = "close_gracefully_leaves_time_wait_on_this_side"
BELIEVES = "timewait-server"


def close_gracefully(sock, timeout_s):
    import fcntl
    import struct
    import termios

    deadline_s = time.monotonic() + timeout_s
    with suppress(OSError):
        finish_sending(sock)
        sock.setblocking(False)
        unacknowledged = 1
        while unacknowledged and time.monotonic() < deadline_s:
            with suppress(BlockingIOError):
                sock.recv(CHUNK_BYTES)
            unacknowledged = struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0]
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
