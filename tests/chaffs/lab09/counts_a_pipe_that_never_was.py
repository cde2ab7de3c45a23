"""Counts first, and makes the pipe then."""

FAILS = "pool_has_none_when_the_kernel_gives_none"
BELIEVES = ""


class PipePool:
    def take(self):
        if self.lent >= self.limit:
            return None
        self.lent += 1
        try:
            return self.empty.pop() if self.empty else Pipe()
        except OSError:
            return None
