"""Returns how many bytes are left, not how many were taken."""

FAILS = "send_buffer_flush_sends_in_order_what_was_appended"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SendBuffer:
    def flush(self, sock):
        if self._waiting:
            with suppress(BlockingIOError):
                del self._waiting[: sock.send(self._waiting)]
        return len(self._waiting)
