"""Keeps what came early until the client says more."""

FAILS = "tunnel_sends_first_what_has_come_already"
BELIEVES = "head-ends-the-recv"


class Tunnel:
    def begin(self, to_origin, to_client):
        for flow, first in ((self.upstream, to_origin), (self.downstream, to_client)):
            self.loop.want_write(flow.sink, flow.waiting.pending > 0)
            flow.waiting.append(first)
