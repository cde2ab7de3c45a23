"""Sees a message only if its delimiter is the last thing that has come."""

FAILS = "take_until_leaves_the_rest"
BELIEVES = "one-send-one-recv"
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        if self._data.endswith(delimiter) and len(self._data) <= limit:
            return self.take_at_most(len(self._data))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
