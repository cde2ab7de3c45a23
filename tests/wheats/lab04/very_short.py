"""As little as will do."""


def send_all(sock, data):
    while data:
        wait_until_writable(sock) if sock.gettimeout() == 0 else None
        data = data[sock.send(data) :]


class SendBuffer:
    def __init__(self, limit_bytes=262_144):
        self.limit, self.waiting = limit_bytes, b""

    @property
    def pending(self):
        return len(self.waiting)

    @property
    def is_full(self):
        return not len(self.waiting) < self.limit

    def append(self, data):
        self.waiting += data

    def flush(self, sock):
        taken = 0
        with suppress(BlockingIOError):
            taken = sock.send(self.waiting)
        self.waiting = self.waiting[taken:]
        return taken


def finish_sending(sock):
    if sock.fileno() < 0:
        raise OSError(errno.EBADF, "closed")
    with suppress(OSError):
        sock.shutdown(1)


def close_gracefully(sock, timeout_s):
    until = time.monotonic() + timeout_s
    with suppress(OSError, ValueError):
        finish_sending(sock)
        while sock.settimeout(until - time.monotonic()) or sock.recv(65536):
            pass
    with suppress(OSError):
        sock.shutdown(2)
    sock.close()
