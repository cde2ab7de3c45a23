"""Notes that the tunnel has ended only after on_done, which may end it once more."""

FAILS = "tunnel_cleans_up_once_and_in_order"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Tunnel:
    def end(self, error):
        if not self.is_open:
            return
        self.timer.cancel()
        for sock in (self.client, self.origin):
            self.loop.unregister(sock)
        for sock in (self.client, self.origin):
            sock.close() if error is None else http.abort(sock)
        self.on_done(error)
        self.is_open = False
