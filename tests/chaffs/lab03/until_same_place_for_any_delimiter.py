"""Remembers where it stopped, and not what it was looking for."""

FAILS = "take_until_searches_all_for_another_delimiter"
BELIEVES = ""


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        start = max(0, self._searched - len(delimiter) + 1)
        at = self._data.find(delimiter, start, limit)
        if at >= 0:
            return self.take_exactly(at + len(delimiter))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        self._searched = len(self._data)
        return None
