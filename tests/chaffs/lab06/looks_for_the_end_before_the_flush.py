"""Looks whether all is over before it flushes: after the last flush it waits for nothing, and never closes."""

FAILS = "echo_ends_when_the_rest_is_sent"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EchoConnection:
    def on_writable(self):
        if self.has_ended and not self.waiting.pending:
            self.close()
            return
        try:
            self.waiting.flush(self.sock)
        except OSError:
            self.close()
            return
        self.tell_the_loop()
