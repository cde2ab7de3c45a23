"""Gives the message without its delimiter, so that an empty line is b"", like an end."""

FAILS = "take_until_returns_the_message_with_its_delimiter"
BELIEVES = ""


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter, 0, limit)
        if at >= 0:
            message = self.take_exactly(at + len(delimiter))
            return message[: -len(delimiter)]
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None
