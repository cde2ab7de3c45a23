"""Measures only while the delimiter is missing: a long line in one piece gets through."""

FAILS = "take_until_has_the_same_limit_for_any_pieces"
BELIEVES = ""


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter)
        if at >= 0:
            return self.take_exactly(at + len(delimiter))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
