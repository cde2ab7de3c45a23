"""Takes the limit for a size: what does not fit is cut off and lost."""

FAILS = "send_buffer_flush_sends_in_order_what_was_appended"
BELIEVES = ""


class SendBuffer:
    def append(self, data):
        self._waiting += data[: max(0, self.limit_bytes + 1 - self.pending)]
