"""Makes a new buffer of the rest for each message."""

FAILS = "take_exactly_from_a_big_buffer_does_not_copy_the_rest"
BELIEVES = "copying-is-free"


class ReceiveBuffer:
    def take_exactly(self, count):
        if len(self._data) < count:
            return None
        taken, self._data = bytes(self._data[:count]), self._data[count:]
        self._searched = max(0, self._searched - count)
        return taken
