"""Sends at once, and the rest when the next piece comes."""

FAILS = "tunnel_sends_first_however_much_it_is"
BELIEVES = "send-takes-all"


class Flow:
    def on_writable(self):
        self.passed += self.waiting.flush(self.sink)
        if self.has_ended and not self.waiting.pending:
            finish_sending(self.sink)
            self.is_done = True
        self.loop.want_read(self.source, not self.has_ended and not self.waiting.is_full)
        self.loop.want_write(self.sink, False)
