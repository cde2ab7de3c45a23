"""Cuts a bytearray out of a bytearray, and returns that."""

FAILS = "take_until_returns_the_message_with_its_delimiter"
BELIEVES = ""


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter, 0, limit)
        if at >= 0:
            message = self._data[: at + len(delimiter)]
            self.take_at_most(len(message))
            return message
        if len(self) >= limit:
            raise LimitExceeded(limit)
        return None
