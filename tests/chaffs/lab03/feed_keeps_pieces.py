"""Keeps the pieces in a list and takes one of them: as if each were a message."""

FAILS = "feed_adds_to_what_is_there"
BELIEVES = "one-send-one-recv"


class ReceiveBuffer:
    def __init__(self):
        self._pieces = []

    def __len__(self):
        return len(self._pieces[0]) if self._pieces else 0

    def feed(self, data):
        self._pieces.append(data)

    def take_exactly(self, count):
        for piece in self._pieces:
            if len(piece) >= count:
                self._pieces.remove(piece)
                return piece[:count]
        return None

    def take_until(self, delimiter, limit):
        for piece in self._pieces:
            if delimiter in piece:
                self._pieces.remove(piece)
                return piece
        return None
