"""Sends, and does not count what has passed."""

FAILS = "tunnel_lives_as_long_as_something_moves"
BELIEVES = ""


class Flow:
    def on_writable(self):
        self.waiting.flush(self.sink)
        if self.has_ended and not self.waiting.pending:
            finish_sending(self.sink)
            self.is_done = True
        self.tell_the_loop()
