"""Closes gracefully and waits up to two seconds for each side, while the loop stands still."""

FAILS = "tunnel_ends_without_a_wait"
BELIEVES = "loop-may-wait"
WRITTEN = "without sight of the checks"


class Tunnel:
    def end(self, error):
        from labs.lab04_partial_send import close_gracefully

        if not self.is_open:
            return
        self.is_open = False
        self.timer.cancel()
        for sock in (self.client, self.origin):
            self.loop.unregister(sock)
        for sock in (self.client, self.origin):
            if error is None:
                close_gracefully(sock, 2.0)
            else:
                http.abort(sock)
        self.on_done(error)
