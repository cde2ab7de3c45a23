"""Passes both ends on, and keeps both sockets."""

FAILS = "tunnel_ends_when_both_sides_have_ended"
BELIEVES = ""


class Tunnel:
    def step(self, move):
        try:
            move()
        except OSError as error:
            self.end(error)
