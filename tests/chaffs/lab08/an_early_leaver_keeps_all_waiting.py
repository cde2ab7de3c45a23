"""Waits for the rest of the request also when the origin has ended and nobody will take it."""

FAILS = "is_over_if_the_origin_does_not_wait_for_the_rest"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def is_over(self):
        return self.up.reader.is_done and not self.origin.waiting.pending
