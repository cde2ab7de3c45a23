"""Does not keep a pipe with bytes in it, and does not close it."""

FAILS = "pool_leaves_no_descriptor_of_a_pipe_with_bytes_in_it"
BELIEVES = ""


class PipePool:
    def give_back(self, pipe, held):
        self.lent -= 1
        if not held:
            self.empty.append(pipe)
