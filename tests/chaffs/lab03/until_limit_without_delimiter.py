"""Does not count the delimiter: lets messages through that are longer than the limit."""

FAILS = "take_until_counts_the_delimiter_too"
BELIEVES = ""


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        at = self._data.find(delimiter)
        if at > limit or (at < 0 and len(self._data) >= limit):
            raise LimitExceeded(limit)
        return None if at < 0 else self.take_exactly(at + len(delimiter))
