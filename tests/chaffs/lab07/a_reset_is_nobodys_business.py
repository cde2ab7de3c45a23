"""Has no plan for a reset."""

FAILS = "tunnel_passes_a_reset_on_as_a_reset"
BELIEVES = "reset-is-an-end"


class Tunnel:
    def step(self, move):
        move()
        if self.upstream.is_done and self.downstream.is_done:
            self.end(None)
