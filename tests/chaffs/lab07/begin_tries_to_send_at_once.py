"""Has both flows send within begin, so a side that is gone raises in the constructor."""

FAILS = "tunnel_begins_without_a_send"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Tunnel:
    def begin(self, to_origin, to_client):
        self.upstream.waiting.append(to_origin)
        self.downstream.waiting.append(to_client)
        self.upstream.on_writable()
        self.downstream.on_writable()
