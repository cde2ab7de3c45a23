"""Keeps in `passed` what the last flush took, not the sum: a steady tunnel looks dead."""

FAILS = "tunnel_lives_as_long_as_something_moves"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Flow:
    def on_writable(self):
        self.passed = self.waiting.flush(self.sink)
        if self.has_ended and not self.waiting.pending and not self.is_done:
            finish_sending(self.sink)
            self.is_done = True
        self.tell_the_loop()
