"""Keeps its notes in a default argument, which all buffers share."""

FAILS = "take_until_knows_nothing_of_another_buffer"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_until(self, delimiter, limit, searched={}):
        at = self._data.find(delimiter, searched.get(delimiter, 0), limit)
        if at >= 0:
            searched.clear()
            return self.take_at_most(at + len(delimiter))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        searched[delimiter] = max(0, len(self._data) - len(delimiter) + 1)
        return None
