"""Expects that a pipe can be made."""

FAILS = "pool_has_none_when_the_kernel_gives_none"
BELIEVES = ""


class PipePool:
    def take(self):
        if self.lent >= self.limit:
            return None
        pipe = self.empty.pop() if self.empty else Pipe()
        self.lent += 1
        return pipe
