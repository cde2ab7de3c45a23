"""Gives what is there if fewer bytes have come, and None only if nothing has."""

FAILS = "take_exactly_is_none_until_all_is_there"
BELIEVES = "part-is-a-message"
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_exactly(self, count):
        return self.take_at_most(count) if self._data or not count else None
