"""Leaves it to sendall, which knows only sockets that may wait."""

FAILS = "send_buffer_flush_is_not_stopped_by_a_full_kernel"
BELIEVES = "full-is-zero"


class SendBuffer:
    def flush(self, sock):
        taken = len(self._waiting)
        sock.sendall(self._waiting)
        self._waiting.clear()
        return taken
