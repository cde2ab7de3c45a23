"""Splits off the first message and throws away what stands after it."""

FAILS = "take_until_leaves_the_rest"
BELIEVES = "one-send-one-recv"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        message, found, _ = bytes(self._data).partition(delimiter)
        if found:
            self._data.clear()
            return message + found
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
