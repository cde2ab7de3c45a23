"""Says b"" for "not yet"."""

FAILS = "take_until_is_none_before_the_delimiter_comes"
BELIEVES = "empty-is-not-yet"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter, 0, limit)
        if at >= 0:
            return self.take_exactly(at + len(delimiter))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return b""
