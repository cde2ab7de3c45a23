"""Watches for writing all the time, to be ready for it."""

FAILS = "echo_sleeps_while_nothing_happens"
BELIEVES = "watch-writable"


class EchoConnection:
    def tell_the_loop(self):
        self.loop.want_read(self.sock, not self.has_ended and not self.waiting.is_full)
        self.loop.want_write(self.sock, True)
