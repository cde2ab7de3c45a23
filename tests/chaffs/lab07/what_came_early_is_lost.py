"""Begins when the tunnel stands: what came with the CONNECT was the CONNECT."""

FAILS = "tunnel_sends_first_what_has_come_already"
BELIEVES = "head-ends-the-recv"


class Tunnel:
    def begin(self, to_origin, to_client):
        self.downstream.waiting.append(to_client)
        self.upstream.tell_the_loop()
        self.downstream.tell_the_loop()
