"""Closes each socket, and takes it out of the loop then."""

FAILS = "tunnel_cleans_up_once_and_in_order"
BELIEVES = ""


class Tunnel:
    def end(self, error):
        if not self.is_open:
            return
        self.is_open = False
        self.timer.cancel()
        for sock in (self.client, self.origin):
            http.abort(sock) if error else sock.close()
            self.loop.unregister(sock)
        self.on_done(error)
