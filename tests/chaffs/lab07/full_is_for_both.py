"""Pauses both directions while one is full."""

FAILS = "tunnel_goes_on_in_one_direction_while_the_other_is_full"
BELIEVES = "full-is-for-both"


class Tunnel:
    def step(self, move):
        try:
            move()
        except OSError as error:
            self.end(error)
            return
        up, down = self.upstream, self.downstream
        if up.is_done and down.is_done:
            self.end(None)
        elif up.waiting.is_full or down.waiting.is_full:
            self.loop.want_read(self.client, False)
            self.loop.want_read(self.origin, False)
        else:
            self.loop.want_read(self.client, not up.has_ended)
            self.loop.want_read(self.origin, not down.has_ended)
