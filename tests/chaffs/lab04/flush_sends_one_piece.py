"""Keeps a list of pieces and sends one with each flush."""

FAILS = "send_buffer_flush_sends_in_order_what_was_appended"
BELIEVES = ""


class SendBuffer:
    def __init__(self, limit_bytes=262_144):
        self.limit_bytes = limit_bytes
        self._pieces = []

    @property
    def pending(self):
        return sum(len(piece) for piece in self._pieces)

    def append(self, data):
        self._pieces.append(bytes(data))

    def flush(self, sock):
        if not self._pieces:
            return 0
        try:
            taken = sock.send(self._pieces[0])
        except BlockingIOError:
            return 0
        self._pieces[0] = self._pieces[0][taken:]
        if not self._pieces[0]:
            del self._pieces[0]
        return taken
