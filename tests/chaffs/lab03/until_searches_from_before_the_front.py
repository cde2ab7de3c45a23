"""Goes back by three bytes even where only one is there: below 0, find counts from the end."""

FAILS = "take_until_may_be_asked_very_early"
BELIEVES = ""


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        if delimiter != self._sought:
            self._sought, self._searched = delimiter, 0
        at = self._data.find(delimiter, self._searched, limit)
        if at >= 0:
            return self.take_at_most(at + len(delimiter))
        if len(self) >= limit:
            raise LimitExceeded(limit)
        self._searched = len(self) - len(delimiter) + 1
        return None
