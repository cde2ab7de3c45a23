"""Counts the limit in characters of the decoded text."""

FAILS = "take_until_counts_bytes_and_not_characters"
BELIEVES = "text-is-bytes"
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_until(self, delimiter, limit):
        head, found, _ = self._data.partition(delimiter)
        length = len((head + found).decode(errors="replace"))
        if length > limit or (length == limit and not found):
            raise LimitExceeded(limit)
        return self.take_at_most(len(head + found)) if found else None
