"""Measures the message when it has its end: one without an end is never too long."""

FAILS = "take_until_refuses_a_message_without_end"
BELIEVES = "every-line-ends"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter)
        if at < 0:
            return None
        if at + len(delimiter) > limit:
            raise LimitExceeded(limit)
        return self.take_exactly(at + len(delimiter))
