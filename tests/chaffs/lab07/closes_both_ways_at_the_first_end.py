"""Ends the tunnel as soon as one side has ended."""

FAILS = "tunnel_goes_on_the_other_way_after_an_end"
BELIEVES = "eof-is-gone"


class Tunnel:
    def step(self, move):
        try:
            move()
        except OSError as error:
            self.end(error)
            return
        if self.upstream.is_done or self.downstream.is_done:
            self.end(None)
