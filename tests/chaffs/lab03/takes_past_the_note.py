"""Deletes the bytes itself, and leaves the note on how far was searched as it was."""

FAILS = "take_until_searches_all_that_came_after_a_take"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_exactly(self, count):
        if len(self._data) < count:
            return None
        taken = bytes(self._data[:count])
        del self._data[:count]
        return taken
