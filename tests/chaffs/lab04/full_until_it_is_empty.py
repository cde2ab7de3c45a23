"""Once full, it stays full until nothing at all is pending."""

FAILS = "send_buffer_is_not_full_for_ever"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SendBuffer:
    def __init__(self, limit_bytes=256 * 1024):
        self.limit_bytes = limit_bytes
        self._waiting = bytearray()
        self._full = False

    @property
    def pending(self):
        return len(self._waiting)

    @property
    def is_full(self):
        return self._full

    def append(self, data):
        self._waiting += data
        self._full = self._full or len(self._waiting) >= self.limit_bytes

    def flush(self, sock):
        if not self._waiting:
            return 0
        try:
            taken = sock.send(self._waiting)
        except BlockingIOError:
            return 0
        del self._waiting[:taken]
        self._full = self._full and bool(self._waiting)
        return taken
