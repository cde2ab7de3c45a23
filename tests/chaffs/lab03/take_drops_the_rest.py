"""Empties the buffer with each message: one recv, one message."""

FAILS = "take_exactly_leaves_the_rest"
BELIEVES = "one-send-one-recv"


class ReceiveBuffer:
    def take_exactly(self, count):
        if len(self._data) < count:
            return None
        return self.take_at_most(len(self))[:count]
