"""Takes spaces and line ends off each piece, as one does with lines of a text."""

FAILS = "feed_keeps_every_byte_as_it_is"
BELIEVES = "text-is-bytes"


class ReceiveBuffer:
    def feed(self, data):
        self._data += data.strip()
