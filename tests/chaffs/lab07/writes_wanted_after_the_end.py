"""Has the sink watched for writing when the source has ended, even if nothing waits: the loop spins while the other half goes on."""

FAILS = "tunnel_has_nothing_to_write_behind_an_end"
BELIEVES = "watch-writable"
WRITTEN = "without sight of the checks"


class Flow:
    def tell_the_loop(self):
        self.loop.want_read(self.source, not self.has_ended and not self.waiting.is_full)
        self.loop.want_write(self.sink, self.waiting.pending > 0 or self.has_ended)
