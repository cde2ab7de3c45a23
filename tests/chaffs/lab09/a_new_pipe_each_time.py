"""Makes a new pipe for everybody."""

FAILS = "pool_lends_pipes_again"
BELIEVES = ""


class PipePool:
    def take(self):
        if self.lent >= self.limit:
            return None
        try:
            pipe = Pipe()
        except OSError:
            return None
        self.lent += 1
        return pipe
