"""Sends what has come, and takes it for sent."""

FAILS = "echo_loses_nothing_to_a_slow_reader"
BELIEVES = "send-takes-all"


class EchoConnection:
    def on_writable(self):
        try:
            self.waiting.flush(self.sock)
        except OSError:
            self.close()
            return
        self.waiting = SendBuffer()
        if self.has_ended:
            self.close()
