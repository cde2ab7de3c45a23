"""Takes all out before the send and puts the rest back after it, but not if the peer is gone."""

FAILS = "send_buffer_flush_keeps_what_it_could_not_send"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SendBuffer:
    def flush(self, sock):
        data, self._waiting = self._waiting, bytearray()
        if not data:
            return 0
        try:
            taken = sock.send(data)
        except BlockingIOError:
            taken = 0
        self._waiting = data[taken:]
        return taken
