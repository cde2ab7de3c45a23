"""Closes with a reset, whatever happened."""

FAILS = "tunnel_loses_nothing_by_a_good_end"
BELIEVES = ""


class Tunnel:
    def end(self, error):
        if not self.is_open:
            return
        self.is_open = False
        self.timer.cancel()
        for sock in (self.client, self.origin):
            self.loop.unregister(sock)
            http.abort(sock)
        self.on_done(error)
