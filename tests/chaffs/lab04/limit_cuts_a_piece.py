"""Takes the limit for a size: what does not fit is cut off and lost."""

FAILS = "send_buffer_append_takes_all_of_it"
BELIEVES = ""


class SendBuffer:
    def append(self, data):
        self._waiting += data[: max(0, self.limit_bytes + 1 - self.pending)]
