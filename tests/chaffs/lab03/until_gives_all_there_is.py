"""Sees the delimiter and gives the whole buffer: one recv, one message."""

FAILS = "take_until_leaves_the_rest"
BELIEVES = "one-send-one-recv"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        if delimiter in self._data:
            return self.take_exactly(len(self._data))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
