"""Keeps text: each piece is decoded by itself, as if none ended inside a character."""

FAILS = "feed_keeps_every_byte_as_it_is"
BELIEVES = "text-is-bytes"


class ReceiveBuffer:
    def feed(self, data):
        self._data += data.decode(errors="ignore").encode()
