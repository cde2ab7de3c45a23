"""Notes all that is there as searched, so a delimiter in two pieces is never found."""

FAILS = "take_until_finds_a_delimiter_that_comes_in_two_pieces"
BELIEVES = "one-send-one-recv"
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        start = self._searched if delimiter == self._sought else 0
        at = self._data.find(delimiter, start, limit)
        if at >= 0:
            return self.take_at_most(at + len(delimiter))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        self._sought, self._searched = delimiter, len(self._data)
        return None
