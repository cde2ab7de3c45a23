"""Searches the first `limit` bytes and notes all that are there, before it raises LimitExceeded."""

FAILS = "take_until_counts_the_delimiter_too"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        start = self._searched if delimiter == self._sought else 0
        at = self._data.find(delimiter, start, limit)
        if at >= 0:
            return self.take_at_most(at + len(delimiter))
        self._sought = delimiter
        self._searched = max(0, len(self._data) - len(delimiter) + 1)
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
