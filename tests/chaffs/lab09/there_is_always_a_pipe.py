"""Does not ask whether it got a pipe."""

FAILS = "buffer_says_that_it_cannot_splice"
BELIEVES = ""


class PipeBuffer:
    def splice_from(self, source):
        if self.pending:
            return None
        pipe = self.pool.take()
        try:
            self.held = os.splice(source.fileno(), pipe.entry, PIPE_BYTES, flags=MOVE)
        finally:
            if self.held:
                self.pipe = pipe
            else:
                self.pool.give_back(pipe, 0)
        return self.held
