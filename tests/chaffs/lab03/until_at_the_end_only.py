"""Asks whether the buffer ends with the delimiter: right only if nothing has come after it."""

FAILS = "take_until_leaves_the_rest"
BELIEVES = "one-send-one-recv"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        if self._data.endswith(delimiter):
            return self.take_exactly(len(self._data))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
