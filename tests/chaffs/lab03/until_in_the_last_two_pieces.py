"""Joins the new piece with the one before, and with no other."""

FAILS = "take_until_finds_a_delimiter_that_comes_byte_by_byte"
BELIEVES = "one-send-one-recv"


class ReceiveBuffer:
    def feed(self, data):
        self._before = getattr(self, "_latest", 0)
        self._latest = len(data)
        self._data += data

    def take_until(self, delimiter, limit):
        start = max(0, len(self._data) - self._before - self._latest)
        at = self._data.find(delimiter, start, limit)
        if at < 0:
            at = self._data.find(delimiter, 0, limit) if start == 0 else at
        if at >= 0:
            self._before = self._latest = len(self._data)
            return self.take_exactly(at + len(delimiter))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
