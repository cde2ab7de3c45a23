"""Takes b"" for the end of the stream, which is not the buffer's affair."""

FAILS = "feed_of_nothing_changes_nothing"
BELIEVES = ""


class ReceiveBuffer:
    def feed(self, data):
        if not data:
            raise EndOfStream(len(self))
        self._data += data
