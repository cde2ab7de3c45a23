"""Waits for a rest that nobody will take."""

FAILS = "is_over_if_the_origin_does_not_wait_for_the_rest"
BELIEVES = ""


class Client:
    def is_over(self):
        return self.up.reader.is_done and not self.origin.waiting.pending
