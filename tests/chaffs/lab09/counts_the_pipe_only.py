"""Counts what is in the pipe."""

FAILS = "buffer_says_that_it_cannot_splice"
BELIEVES = ""


class PipeBuffer:
    @property
    def pending(self):
        return self.held
