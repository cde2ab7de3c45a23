"""Takes "no bytes" for "no message": b"" and None are the same to it."""

FAILS = "take_exactly_of_nothing_is_there_at_once"
BELIEVES = ""


class ReceiveBuffer:
    def take_exactly(self, count):
        if not self._data or len(self._data) < count:
            return None
        return self.take_at_most(count)
