"""Has one bound for both directions together."""

FAILS = "tunnel_goes_on_in_one_direction_while_the_other_is_full"
BELIEVES = "full-is-for-both"


class Flow:
    def tell_the_loop(self):
        full = self.waiting.is_full or self.other().waiting.is_full
        self.loop.want_read(self.source, not self.has_ended and not full)
        self.loop.want_write(self.sink, self.waiting.pending > 0)

    def other(self):
        return getattr(self, "twin", self)


class Tunnel:
    def begin(self, to_origin, to_client):
        self.upstream.twin, self.downstream.twin = self.downstream, self.upstream
        self.upstream.waiting.append(to_origin)
        self.downstream.waiting.append(to_client)
        self.upstream.tell_the_loop()
        self.downstream.tell_the_loop()

    def step(self, move):
        try:
            move()
        except OSError as error:
            self.end(error)
            return
        if self.upstream.is_done and self.downstream.is_done:
            self.end(None)
        elif self.is_open:
            self.upstream.tell_the_loop()
            self.downstream.tell_the_loop()
