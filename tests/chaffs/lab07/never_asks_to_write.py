"""Sends only when something has come; asks nobody whether there is room again."""

FAILS = "tunnel_sends_first_what_has_come_already"
BELIEVES = "head-ends-the-recv"


class Flow:
    def tell_the_loop(self):
        self.loop.want_read(self.source, not self.has_ended and not self.waiting.is_full)
