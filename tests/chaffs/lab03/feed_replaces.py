"""A new piece takes the place of the old one: each feed is a message, it thinks."""

FAILS = "feed_adds_to_what_is_there"
BELIEVES = "one-send-one-recv"


class ReceiveBuffer:
    def feed(self, data):
        self._data = bytearray(data)
