"""Closes both, and forgets to tell the loop."""

FAILS = "tunnel_harms_no_other_when_it_is_cut_off"
BELIEVES = "one-client-is-all"


class Tunnel:
    def end(self, error):
        if not self.is_open:
            return
        self.is_open = False
        self.timer.cancel()
        for sock in (self.client, self.origin):
            http.abort(sock) if error else sock.close()
        self.on_done(error)
