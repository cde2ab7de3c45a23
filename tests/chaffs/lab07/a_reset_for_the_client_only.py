"""After an error resets the client only; the origin gets an ordinary end."""

FAILS = "tunnel_passes_a_reset_on_to_the_origin_too"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Tunnel:
    def end(self, error):
        if not self.is_open:
            return
        self.is_open = False
        self.timer.cancel()
        self.loop.unregister(self.client)
        self.loop.unregister(self.origin)
        if error is None:
            self.client.close()
        else:
            http.abort(self.client)
        self.origin.close()
        self.on_done(error)
