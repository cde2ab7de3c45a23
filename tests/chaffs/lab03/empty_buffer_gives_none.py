"""Returns None from an empty buffer, whatever was asked for, also for 0 bytes."""

FAILS = "take_exactly_of_nothing_is_there_at_once"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_exactly(self, count):
        if not self._data or len(self._data) < count:
            return None
        return self.take_at_most(count)
