"""Searches just what is new since the last time: a delimiter in two pieces is in neither."""

FAILS = "take_until_finds_a_delimiter_that_comes_in_two_pieces"
BELIEVES = "one-send-one-recv"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        if delimiter != self._sought:
            self._sought, self._searched = delimiter, 0
        at = self._data.find(delimiter, self._searched, limit)
        if at >= 0:
            return self.take_exactly(at + len(delimiter))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        self._searched = len(self._data)
        return None
