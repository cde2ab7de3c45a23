"""Returns if the client is gone when it sends, and goes on being called for it."""

FAILS = "echo_leaves_the_loop_if_send_raises"
BELIEVES = ""


class EchoConnection:
    def on_writable(self):
        try:
            self.waiting.flush(self.sock)
        except OSError:
            return
        if self.has_ended and not self.waiting.pending:
            self.close()
        else:
            self.tell_the_loop()
