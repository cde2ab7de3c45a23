"""Searches all of the buffer after each piece."""

FAILS = "take_until_does_not_search_the_same_bytes_again_and_again"
BELIEVES = "copying-is-free"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter, 0, limit)
        if at >= 0:
            return self.take_exactly(at + len(delimiter))
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
