"""Goes on reading behind the end: more may come."""

FAILS = "tunnel_sleeps_between_the_two_ends"
BELIEVES = "readable-is-data"


class Flow:
    def tell_the_loop(self):
        self.loop.want_read(self.source, not self.waiting.is_full)
        self.loop.want_write(self.sink, self.waiting.pending > 0)
