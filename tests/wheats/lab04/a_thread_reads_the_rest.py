"""A thread throws away what comes, a timer ends it; the sending is done with MSG_DONTWAIT."""

import threading


def send_all(sock, data):
    view = memoryview(data)
    while len(view) > 0:
        count = sock.send(view) if sock.gettimeout() else 0
        if not sock.gettimeout():
            try:
                count = sock.send(view, socket.MSG_DONTWAIT)
            except BlockingIOError:
                wait_until_writable(sock)
        view = view[count:]


class SendBuffer:
    def __init__(self, limit_bytes=262_144):
        self.limit_bytes = limit_bytes
        self.everything = bytearray()
        self.sent = 0

    @property
    def pending(self):
        return len(self.everything) - self.sent

    @property
    def is_full(self):
        return self.pending >= self.limit_bytes

    def append(self, data):
        del self.everything[: self.sent]
        self.sent = 0
        self.everything.extend(data)

    def flush(self, sock):
        with memoryview(self.everything) as view, view[self.sent :] as rest:
            try:
                taken = sock.send(rest, socket.MSG_DONTWAIT)
            except BlockingIOError:
                taken = 0
        self.sent += taken
        return taken


def finish_sending(sock):
    try:
        sock.shutdown(socket.SHUT_WR)
    except OSError as error:
        if error.errno not in (errno.ENOTCONN, errno.EPIPE):
            raise


def close_gracefully(sock, timeout_s):
    def throw_away():
        with suppress(OSError):
            while sock.recv(CHUNK_BYTES):
                pass

    with suppress(OSError):
        finish_sending(sock)
        sock.settimeout(timeout_s + 1)
    reader = threading.Thread(target=throw_away, daemon=True)
    reader.start()
    reader.join(timeout_s)
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    reader.join()
    sock.close()
