"""Closes as soon as the client has ended, and loses what still waits for it."""

FAILS = "echo_sends_the_rest_after_the_client_has_ended"
BELIEVES = "eof-is-gone"


class EchoConnection:
    def on_writable(self):
        try:
            self.waiting.flush(self.sock)
        except OSError:
            self.close()
            return
        if self.has_ended:
            self.close()
        else:
            self.tell_the_loop()
