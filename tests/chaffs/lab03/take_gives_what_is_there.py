"""Gives a part, as recv does: the caller should look how much it got."""

FAILS = "take_exactly_takes_all_or_nothing"
BELIEVES = "recv-fills-n"


class ReceiveBuffer:
    def take_exactly(self, count):
        taken = bytes(self._data[:count])
        del self._data[:count]
        return taken or None
