"""Says that it has ended, then ends."""

FAILS = "tunnel_cleans_up_once_and_in_order"
BELIEVES = ""


class Tunnel:
    def end(self, error):
        if not self.is_open:
            return
        self.is_open = False
        self.timer.cancel()
        self.on_done(error)
        for sock in (self.client, self.origin):
            self.loop.unregister(sock)
            http.abort(sock) if error else sock.close()
