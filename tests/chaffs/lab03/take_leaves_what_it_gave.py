"""Forgets to remove what it returns, so that it comes again."""

FAILS = "take_exactly_takes_each_byte_once"
BELIEVES = ""


class ReceiveBuffer:
    def take_exactly(self, count):
        if len(self._data) < count:
            return None
        return bytes(self._data[:count])
