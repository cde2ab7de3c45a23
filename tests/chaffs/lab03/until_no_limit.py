"""Waits for the delimiter, however long that takes."""

FAILS = "take_until_refuses_a_message_without_end"
BELIEVES = "every-line-ends"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter)
        return None if at < 0 else self.take_exactly(at + len(delimiter))
