"""Sends the empty bytes on: that is the end."""

FAILS = "tunnel_passes_the_end_on"
BELIEVES = "end-travels-by-itself"


class Flow:
    def on_writable(self):
        self.passed += self.waiting.flush(self.sink)
        if self.has_ended and not self.waiting.pending:
            self.sink.send(b"")
            self.is_done = True
        self.tell_the_loop()
