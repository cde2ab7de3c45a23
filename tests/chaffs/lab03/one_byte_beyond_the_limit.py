"""Waits for one byte more than the limit before it raises LimitExceeded."""

FAILS = "take_until_refuses_it_at_the_last_byte_of_the_limit"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter, 0, limit)
        if at >= 0:
            return self.take_at_most(at + len(delimiter))
        if len(self._data) > limit:
            raise LimitExceeded(limit)
        return None
