"""Ends, and leaves its timer set."""

FAILS = "tunnel_cleans_up_once_and_in_order"
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
