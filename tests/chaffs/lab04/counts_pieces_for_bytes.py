"""Keeps a list of pieces and counts the pieces where it should count bytes."""

FAILS = "send_buffer_counts_what_is_pending"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SendBuffer:
    def __init__(self, limit_bytes=256 * 1024):
        self.limit_bytes = limit_bytes
        self._waiting = []

    @property
    def pending(self):
        return len(self._waiting)

    @property
    def is_full(self):
        return self.pending >= self.limit_bytes

    def append(self, data):
        if data:
            self._waiting.append(bytes(memoryview(data)))

    def flush(self, sock):
        if not self._waiting:
            return 0
        data = b"".join(self._waiting)
        try:
            taken = sock.send(data)
        except BlockingIOError:
            return 0
        self._waiting = [data[taken:]] if data[taken:] else []
        return taken
