"""Raises LimitExceeded if more than `limit` bytes are in the buffer, whatever stands among them."""

FAILS = "take_until_limits_the_message_and_not_the_buffer"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        if len(self._data) > limit:
            raise LimitExceeded(limit)
        at = self._data.find(delimiter)
        if at < 0:
            if len(self._data) == limit:
                raise LimitExceeded(limit)
            return None
        return self.take_at_most(at + len(delimiter))
