"""Sends right away, sure that there is room."""

FAILS = "send_buffer_flush_is_not_stopped_by_a_full_kernel"
BELIEVES = "full-is-zero"


class SendBuffer:
    def flush(self, sock):
        taken = sock.send(self._waiting)
        del self._waiting[:taken]
        return taken
