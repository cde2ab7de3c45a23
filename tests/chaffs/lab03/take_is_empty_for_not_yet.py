"""Says b"" for "not yet"."""

FAILS = "take_exactly_of_an_empty_buffer_is_none"
BELIEVES = "empty-is-not-yet"


class ReceiveBuffer:
    def take_exactly(self, count):
        return self.take_at_most(count) if len(self) >= count else b""
