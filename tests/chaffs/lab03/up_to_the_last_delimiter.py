"""Searches from the right, and so takes two messages as one."""

FAILS = "take_until_leaves_the_rest"
BELIEVES = "one-send-one-recv"
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.rfind(delimiter, 0, limit)
        if at >= 0:
            return self.take_at_most(at + len(delimiter))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
