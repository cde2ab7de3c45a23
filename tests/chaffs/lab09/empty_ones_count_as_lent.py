"""Counts the empty pipes against the limit also when one of them is asked for."""

FAILS = "pool_lends_all_of_its_empty_ones"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class PipePool:
    def take(self):
        if self.lent + len(self.empty) >= self.limit:
            return None
        try:
            pipe = self.empty.pop() if self.empty else Pipe()
        except OSError:
            return None
        self.lent += 1
        return pipe
