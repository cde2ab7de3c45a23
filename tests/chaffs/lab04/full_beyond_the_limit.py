"""Says stop only when the limit has been passed."""

FAILS = "send_buffer_is_full_from_its_limit_on"
BELIEVES = ""


class SendBuffer:
    @property
    def is_full(self):
        return self.pending > self.limit_bytes
