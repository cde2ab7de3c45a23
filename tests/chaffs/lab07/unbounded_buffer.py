"""Reads whatever comes, and keeps it until it is taken."""

FAILS = "tunnel_keeps_a_bound_for_who_does_not_read"
BELIEVES = "bytes-need-no-bound"


class Flow:
    def tell_the_loop(self):
        self.loop.want_read(self.source, not self.has_ended)
        self.loop.want_write(self.sink, self.waiting.pending > 0)
