"""Counts a pipe as lent before it is there, and for ever if it could not be made."""

FAILS = "pool_has_none_when_the_kernel_gives_none"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class PipePool:
    def take(self):
        if self.lent >= self.limit:
            return None
        self.lent += 1
        try:
            return self.empty.pop() if self.empty else Pipe()
        except OSError:
            return None
