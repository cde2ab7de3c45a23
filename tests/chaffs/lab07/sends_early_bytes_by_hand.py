"""Sends what came early at once: there is room for it."""

FAILS = "tunnel_sends_first_however_much_it_is"
BELIEVES = "send-takes-all"


class Tunnel:
    def begin(self, to_origin, to_client):
        self.origin.send(to_origin)
        self.client.send(to_client)
        self.upstream.tell_the_loop()
        self.downstream.tell_the_loop()
