"""Raises EndOfStream when b"" is fed."""

FAILS = "feed_of_nothing_changes_nothing"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def feed(self, data):
        if not data:
            raise EndOfStream(len(self._data))
        self._data += data
