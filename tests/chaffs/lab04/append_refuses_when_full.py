"""Takes nothing more once the limit is reached."""

FAILS = "send_buffer_append_takes_all_of_it"
BELIEVES = ""


class SendBuffer:
    def append(self, data):
        if not self.is_full:
            self._waiting += data
