"""Sends what has come, and takes it for sent."""

FAILS = "tunnel_sends_first_however_much_it_is"
BELIEVES = "send-takes-all"


class Flow:
    def on_writable(self):
        if self.waiting.pending:
            self.passed += self.sink.send(self.waiting._waiting)
            self.waiting = SendBuffer()
        if self.has_ended:
            finish_sending(self.sink)
            self.is_done = True
        self.tell_the_loop()
