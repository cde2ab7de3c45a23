"""Looks at the limit only if no delimiter is there: a whole message may have any length."""

FAILS = "take_until_has_the_same_limit_for_any_pieces"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter)
        if at >= 0:
            return self.take_at_most(at + len(delimiter))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
