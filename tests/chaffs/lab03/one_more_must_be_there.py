"""Gives the bytes only if more than `count` are there."""

FAILS = "take_exactly_takes_nothing_as_long_as_it_is_none"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_exactly(self, count):
        if count and len(self._data) <= count:
            return None
        return self.take_at_most(count)
