"""Begins where the last search ended, even if that one was for another delimiter."""

FAILS = "take_until_searches_all_for_another_delimiter"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        end = self._data.find(delimiter, self._searched) + len(delimiter)
        if end < len(delimiter) or end > limit:
            if len(self._data) >= limit:
                raise LimitExceeded(limit)
            self._searched = max(0, len(self._data) - len(delimiter) + 1)
            return None
        return self.take_at_most(end)
