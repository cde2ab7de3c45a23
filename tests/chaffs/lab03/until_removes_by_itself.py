"""Removes what it returns by a del of its own: the place of the search stays where it was."""

FAILS = "take_until_finds_a_short_message_after_a_long_one"
BELIEVES = ""


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        if delimiter != self._sought:
            self._sought, self._searched = delimiter, 0
        at = self._data.find(delimiter, self._searched, limit)
        if at >= 0:
            message = bytes(self._data[: at + len(delimiter)])
            del self._data[: at + len(delimiter)]
            return message
        if len(self) >= limit:
            raise LimitExceeded(limit)
        self._searched = max(0, len(self) - len(delimiter) + 1)
        return None
