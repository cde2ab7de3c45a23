"""Gives up sending, without a word, if the sink is gone."""

FAILS = "flow_says_that_its_sink_is_gone"
BELIEVES = "reset-is-an-end"


class Flow:
    def on_writable(self):
        try:
            self.passed += self.waiting.flush(self.sink)
        except OSError:
            return
        if self.has_ended and not self.waiting.pending:
            finish_sending(self.sink)
            self.is_done = True
        self.tell_the_loop()
