"""Takes a broken pipe for a good end, as a shell does, and only a reset for an error."""

FAILS = "tunnel_ends_if_a_reader_is_gone"
BELIEVES = "reset-is-an-end"
WRITTEN = "without sight of the checks"


class Tunnel:
    def step(self, move):
        try:
            move()
        except BrokenPipeError:
            self.end(None)
        except OSError as error:
            self.end(error)
        else:
            if self.upstream.is_done and self.downstream.is_done:
                self.end(None)
