"""Takes bytes at the front, and goes on with a search at the old place."""

FAILS = "take_until_searches_all_that_came_after_a_take"
BELIEVES = ""


class ReceiveBuffer:
    def take_exactly(self, count):
        if len(self._data) < count:
            return None
        taken = bytes(self._data[:count])
        del self._data[:count]
        return taken
