"""Has a limit and never says that it is reached."""

FAILS = "send_buffer_is_full_from_its_limit_on"
BELIEVES = "bytes-need-no-bound"


class SendBuffer:
    @property
    def is_full(self):
        return False
