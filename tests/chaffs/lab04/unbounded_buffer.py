"""Has a limit and never says that it is reached."""

FAILS = "send_buffer_becomes_full"
BELIEVES = "bytes-need-no-bound"


class SendBuffer:
    @property
    def is_full(self):
        return False
