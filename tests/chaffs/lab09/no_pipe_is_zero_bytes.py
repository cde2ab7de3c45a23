"""Returns 0, and not None, if the pool has no pipe."""

FAILS = "buffer_says_that_it_cannot_splice"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class PipeBuffer:
    def splice_from(self, source):
        if self.pending:
            return None
        pipe = self.pool.take()
        if pipe is None:
            return 0
        held = 0
        try:
            held = os.splice(source.fileno(), pipe.entry, PIPE_BYTES, flags=MOVE)
        finally:
            if held:
                self.pipe, self.held = pipe, held
            else:
                self.pool.give_back(pipe, 0)
        return held
