"""Counts what was appended and never takes off what was sent."""

FAILS = "send_buffer_flush_sends_in_order_what_was_appended"
BELIEVES = ""


class SendBuffer:
    def __init__(self, limit_bytes=262_144):
        self.limit_bytes = limit_bytes
        self._waiting = bytearray()
        self._count = 0

    def append(self, data):
        self._waiting += data
        self._count += len(data)

    @property
    def pending(self):
        return self._count
