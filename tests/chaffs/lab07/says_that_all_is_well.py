"""Says that all is well, whatever happened."""

FAILS = "tunnel_says_what_cut_it_off"
BELIEVES = ""


class Tunnel:
    def end(self, error):
        if not self.is_open:
            return
        self.is_open = False
        self.timer.cancel()
        for sock in (self.client, self.origin):
            self.loop.unregister(sock)
            http.abort(sock) if error else sock.close()
        self.on_done(None)
