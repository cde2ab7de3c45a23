"""Sends the answer to the client with one send, at once, and believes that it takes all."""

FAILS = "tunnel_sends_first_however_much_it_is"
BELIEVES = "send-takes-all"
WRITTEN = "without sight of the checks"


class Tunnel:
    def begin(self, to_origin, to_client):
        if to_client:
            self.client.send(to_client)
        self.upstream.waiting.append(to_origin)
        self.upstream.tell_the_loop()
        self.downstream.tell_the_loop()
