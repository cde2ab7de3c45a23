"""Closes the client's socket: the origin has ended anyway."""

FAILS = "tunnel_ends_when_both_sides_have_ended"
BELIEVES = ""


class Tunnel:
    def end(self, error):
        if not self.is_open:
            return
        self.is_open = False
        self.timer.cancel()
        self.loop.unregister(self.client)
        self.loop.unregister(self.origin)
        http.abort(self.client) if error else self.client.close()
        if error:
            http.abort(self.origin)
        self.on_done(error)
