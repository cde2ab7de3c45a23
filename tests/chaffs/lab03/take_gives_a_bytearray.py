"""Cuts a bytearray out of a bytearray, and returns that."""

FAILS = "take_exactly_takes_each_byte_once"
BELIEVES = ""


class ReceiveBuffer:
    def take_exactly(self, count):
        if len(self._data) < count:
            return None
        taken = self._data[:count]
        self.take_at_most(count)
        return taken
