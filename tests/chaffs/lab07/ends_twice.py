"""Does not ask whether it has ended before."""

FAILS = "tunnel_cleans_up_once_and_in_order"
BELIEVES = ""


class Tunnel:
    def end(self, error):
        self.is_open = False
        self.timer.cancel()
        for sock in (self.client, self.origin):
            self.loop.unregister(sock)
            http.abort(sock) if error else sock.close()
        self.on_done(error)
