"""Catches ConnectionError only, and no other OSError such as a timeout of the network."""

FAILS = "tunnel_ends_whatever_a_side_raises"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Tunnel:
    def step(self, move):
        try:
            move()
        except ConnectionError as error:
            self.end(error)
        else:
            if self.upstream.is_done and self.downstream.is_done:
                self.end(None)
