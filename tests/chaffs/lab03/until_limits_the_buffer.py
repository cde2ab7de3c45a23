"""Measures all that is there: many short messages are one long one to it."""

FAILS = "take_until_limits_the_message_and_not_the_buffer"
BELIEVES = ""


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter)
        if at >= 0 and len(self._data) <= limit:
            return self.take_exactly(at + len(delimiter))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
