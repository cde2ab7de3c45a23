"""Says for both sockets what is to be read and written."""

FAILS = "flow_asks_only_for_its_own_half"
BELIEVES = "flow-speaks-for-all"


class Flow:
    def tell_the_loop(self):
        may_read = not self.has_ended and not self.waiting.is_full
        self.loop.want_read(self.source, may_read)
        self.loop.want_write(self.source, False)
        self.loop.want_read(self.sink, False)
        self.loop.want_write(self.sink, self.waiting.pending > 0)
