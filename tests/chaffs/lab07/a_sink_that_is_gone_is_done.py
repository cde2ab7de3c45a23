"""When the sink is gone the flow calls itself done, and nobody learns that bytes are lost."""

FAILS = "flow_says_that_its_sink_is_gone"
BELIEVES = "reset-is-an-end"
WRITTEN = "without sight of the checks"


class Flow:
    def on_writable(self):
        try:
            self.passed += self.waiting.flush(self.sink)
        except OSError:
            self.has_ended = self.is_done = True
            self.waiting = SendBuffer()
        if self.has_ended and not self.waiting.pending and not self.is_done:
            finish_sending(self.sink)
            self.is_done = True
        self.tell_the_loop()
