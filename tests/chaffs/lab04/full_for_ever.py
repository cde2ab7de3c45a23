"""Remembers that it was full, and does not forget it."""

FAILS = "send_buffer_is_not_full_for_ever"
BELIEVES = ""


class SendBuffer:
    def __init__(self, limit_bytes=262_144):
        self.limit_bytes = limit_bytes
        self._waiting = bytearray()
        self._was_full = False

    @property
    def is_full(self):
        self._was_full = self._was_full or self.pending >= self.limit_bytes
        return self._was_full
