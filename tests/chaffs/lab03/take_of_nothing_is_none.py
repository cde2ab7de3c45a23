"""Takes "no bytes" for "no message": b"" and None are the same to it."""

FAILS = "take_exactly_of_nothing_is_there_at_once"
BELIEVES = "empty-is-not-yet"


class ReceiveBuffer:
    def take_exactly(self, count):
        if not self._data or len(self._data) < count:
            return None
        taken = bytes(self._data[:count])
        del self._data[:count]
        self._searched = max(0, self._searched - count)
        return taken
