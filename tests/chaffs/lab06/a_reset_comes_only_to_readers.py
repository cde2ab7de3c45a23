"""Expects a reset where it reads, and not where it sends."""

FAILS = "echo_survives_a_reset_in_the_middle_of_a_turn"
BELIEVES = "readable-never-raises"


class EchoConnection:
    def on_writable(self):
        self.waiting.flush(self.sock)
        if self.has_ended and not self.waiting.pending:
            self.close()
        else:
            self.tell_the_loop()
