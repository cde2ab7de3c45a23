"""Passes bytes on; the end is no byte."""

FAILS = "tunnel_passes_the_end_on"
BELIEVES = "end-travels-by-itself"


class Flow:
    def on_writable(self):
        self.passed += self.waiting.flush(self.sink)
        if self.has_ended and not self.waiting.pending:
            self.is_done = True
        self.tell_the_loop()
