"""Drops what was taken, and returns how much it has offered."""

FAILS = "send_buffer_flush_keeps_what_the_kernel_did_not_take"
BELIEVES = "send-takes-all"
WRITTEN = "without sight of the checks"


class SendBuffer:
    def flush(self, sock):
        offered = len(self._waiting)
        try:
            taken = sock.send(self._waiting) if offered else 0
        except BlockingIOError:
            return 0
        del self._waiting[:taken]
        return offered
