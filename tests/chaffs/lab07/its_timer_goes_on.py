"""Ends, and leaves its timer set."""

FAILS = "tunnel_cancels_its_timer_at_the_end"
BELIEVES = ""


class Tunnel:
    def end(self, error):
        if not self.is_open:
            return
        self.is_open = False
        for sock in (self.client, self.origin):
            self.loop.unregister(sock)
            http.abort(sock) if error else sock.close()
        self.on_done(error)
