"""Takes line ends off the front of what came with the CONNECT, as if a message had to begin there."""

FAILS = "tunnel_changes_nothing_of_what_goes_first"
BELIEVES = "tunnel-is-read"
WRITTEN = "without sight of the checks"


class Tunnel:
    def begin(self, to_origin, to_client):
        self.upstream.waiting.append(to_origin.lstrip(b"\r\n"))
        self.downstream.waiting.append(to_client)
        self.upstream.tell_the_loop()
        self.downstream.tell_the_loop()
