"""Empties itself after the send, whatever that took."""

FAILS = "send_buffer_flush_keeps_what_the_kernel_did_not_take"
BELIEVES = "send-takes-all"


class SendBuffer:
    def flush(self, sock):
        if not self._waiting:
            return 0
        try:
            taken = sock.send(self._waiting)
        except BlockingIOError:
            return 0
        self._waiting.clear()
        return taken
