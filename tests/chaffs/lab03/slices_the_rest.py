"""Keeps the rest as a new slice, which copies all that stays."""

FAILS = "take_exactly_from_a_big_buffer_does_not_copy_the_rest"
BELIEVES = "copying-is-free"
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_exactly(self, count):
        if len(self._data) < count:
            return None
        taken, self._data = self._data[:count], self._data[count:]
        self._searched = max(0, self._searched - count)
        return bytes(taken)
