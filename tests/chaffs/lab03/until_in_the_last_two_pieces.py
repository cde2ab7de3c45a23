"""Joins the new piece with the one before, and with no other."""

FAILS = "take_until_finds_a_delimiter_that_comes_byte_by_byte"
BELIEVES = "one-send-one-recv"


class ReceiveBuffer:
    def __init__(self):
        self._data = bytearray()
        self._searched = 0
        self._last_two = (0, 0)

    def feed(self, data):
        self._data += data
        self._last_two = (self._last_two[1], len(data))

    def take_until(self, delimiter, limit):
        start = max(0, len(self._data) - sum(self._last_two))
        at = self._data.find(delimiter, start, limit)
        if at >= 0:
            return self.take_exactly(at + len(delimiter))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
