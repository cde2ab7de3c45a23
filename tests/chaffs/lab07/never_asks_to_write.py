"""Sends only when something has come; asks nobody whether there is room again."""

FAILS = "flow_asks_to_write_while_something_waits"
BELIEVES = ""


class Flow:
    def tell_the_loop(self):
        self.loop.want_read(self.source, not self.has_ended and not self.waiting.is_full)
