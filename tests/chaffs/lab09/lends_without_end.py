"""Lends as many as are asked for."""

FAILS = "pool_has_none_when_all_are_lent"
BELIEVES = ""


class PipePool:
    def take(self):
        try:
            pipe = self.empty.pop() if self.empty else Pipe()
        except OSError:
            return None
        self.lent += 1
        return pipe
