"""Watches for writing all the time, to be ready for it."""

FAILS = "tunnel_sleeps_while_nothing_happens"
BELIEVES = "watch-writable"


class Flow:
    def tell_the_loop(self):
        self.loop.want_read(self.source, not self.has_ended and not self.waiting.is_full)
        self.loop.want_write(self.sink, True)
