"""Notes a number below 0 if fewer bytes are there than the delimiter has."""

FAILS = "take_until_may_be_asked_very_early"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        start = self._searched if delimiter == self._sought else 0
        at = self._data.find(delimiter, start)
        end = at + len(delimiter)
        if at < 0 or end > limit:
            if len(self._data) >= limit:
                raise LimitExceeded(limit)
            self._sought = delimiter
            self._searched = len(self._data) - len(delimiter) + 1
            return None
        return self.take_at_most(end)
