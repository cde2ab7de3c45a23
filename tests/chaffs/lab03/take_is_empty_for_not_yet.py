"""Says b"" for "not yet"."""

FAILS = "take_exactly_of_an_empty_buffer_is_none"
BELIEVES = "empty-is-not-yet"


class ReceiveBuffer:
    def take_exactly(self, count):
        if len(self._data) < count:
            return b""
        taken = bytes(self._data[:count])
        del self._data[:count]
        self._searched = max(0, self._searched - count)
        return taken
