"""Has no plan for a reset."""

FAILS = "tunnel_harms_no_other_when_it_is_cut_off"
BELIEVES = ""


class Tunnel:
    def step(self, move):
        move()
        if self.upstream.is_done and self.downstream.is_done:
            self.end(None)
