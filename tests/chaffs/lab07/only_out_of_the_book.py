"""Tells the loop, and forgets to close."""

FAILS = "tunnel_ends_when_both_sides_have_ended"
BELIEVES = ""


class Tunnel:
    def end(self, error):
        if not self.is_open:
            return
        self.is_open = False
        self.timer.cancel()
        for sock in (self.client, self.origin):
            self.loop.unregister(sock)
        self.on_done(error)
