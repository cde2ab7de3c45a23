"""Sends all at once, and waits for room."""

FAILS = "tunnel_holds_up_no_other_tunnel"
BELIEVES = "select-unblocks"


class Flow:
    def on_writable(self):
        self.sink.setblocking(True)
        self.sink.sendall(self.waiting._waiting)
        self.sink.setblocking(False)
        self.passed += self.waiting.pending
        self.waiting = SendBuffer()
        if self.has_ended:
            finish_sending(self.sink)
            self.is_done = True
        self.tell_the_loop()
