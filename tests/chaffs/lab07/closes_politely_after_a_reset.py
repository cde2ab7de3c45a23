"""Closes both sides politely, whatever happened."""

FAILS = "tunnel_passes_a_reset_on_as_a_reset"
BELIEVES = "reset-is-an-end"


class Tunnel:
    def end(self, error):
        if not self.is_open:
            return
        self.is_open = False
        self.timer.cancel()
        for sock in (self.client, self.origin):
            self.loop.unregister(sock)
            sock.close()
        self.on_done(error)
