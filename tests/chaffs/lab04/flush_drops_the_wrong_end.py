"""Takes off as many bytes as were sent, but at the wrong end."""

FAILS = "send_buffer_loses_nothing_to_a_slow_reader"
BELIEVES = ""


class SendBuffer:
    def flush(self, sock):
        if not self._waiting:
            return 0
        try:
            taken = sock.send(self._waiting)
        except BlockingIOError:
            return 0
        del self._waiting[len(self._waiting) - taken :]
        return taken
