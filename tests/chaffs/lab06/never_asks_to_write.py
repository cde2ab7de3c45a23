"""Keeps the rest, and waits for the client's next bytes to send it."""

FAILS = "echo_loses_nothing_to_a_slow_reader"
BELIEVES = "send-takes-all"


class EchoConnection:
    def tell_the_loop(self):
        self.loop.want_read(self.sock, not self.has_ended and not self.waiting.is_full)
