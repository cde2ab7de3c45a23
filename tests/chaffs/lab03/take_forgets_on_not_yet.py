"""Takes out first and counts then: what was too short is gone."""

FAILS = "take_exactly_takes_all_or_nothing"
BELIEVES = "recv-fills-n"


class ReceiveBuffer:
    def take_exactly(self, count):
        taken = bytes(self._data[:count])
        del self._data[:count]
        self._searched = max(0, self._searched - count)
        return taken if len(taken) == count else None
