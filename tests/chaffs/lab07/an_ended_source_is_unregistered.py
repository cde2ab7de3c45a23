"""Takes a source that has ended out of the loop, though the other flow still writes to it."""

FAILS = "tunnel_goes_on_the_other_way_after_an_end"
BELIEVES = "eof-is-gone"
WRITTEN = "without sight of the checks"


class Flow:
    def tell_the_loop(self):
        if self.has_ended:
            self.loop.unregister(self.source)
        else:
            self.loop.want_read(self.source, not self.waiting.is_full)
        self.loop.want_write(self.sink, self.waiting.pending > 0)
