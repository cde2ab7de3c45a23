"""Keeps each pipe that comes back."""

FAILS = "pool_never_lends_a_pipe_with_bytes_in_it"
BELIEVES = "pipes-are-alike"


class PipePool:
    def give_back(self, pipe, held):
        self.lent -= 1
        self.empty.append(pipe)
