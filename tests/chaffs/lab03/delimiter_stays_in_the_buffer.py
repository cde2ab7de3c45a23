"""Returns message and delimiter, and leaves the delimiter in the buffer."""

FAILS = "take_until_returns_the_message_with_its_delimiter"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter, 0, limit)
        if at < 0:
            if len(self._data) >= limit:
                raise LimitExceeded(limit)
            return None
        return self.take_at_most(at) + delimiter
