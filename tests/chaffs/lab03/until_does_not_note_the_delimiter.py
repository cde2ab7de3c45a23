"""Notes how far it has searched, less what the delimiter needs, and not for which delimiter."""

FAILS = "take_until_searches_all_for_another_delimiter"
BELIEVES = ""


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter, self._searched, limit)
        if at >= 0:
            return self.take_at_most(at + len(delimiter))
        if len(self) >= limit:
            raise LimitExceeded(limit)
        self._searched = max(0, len(self) - len(delimiter) + 1)
        return None
