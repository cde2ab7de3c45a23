"""Gives the pipe back at the end, but not if splice raises."""

FAILS = "buffer_holds_a_pipe_only_for_bytes"
BELIEVES = ""


class PipeBuffer:
    def splice_from(self, source):
        pipe = None if self.pending else self.pool.take()
        if pipe is None:
            return None
        self.held = os.splice(source.fileno(), pipe.entry, PIPE_BYTES, flags=MOVE)
        if self.held:
            self.pipe = pipe
        else:
            self.pool.give_back(pipe, 0)
        return self.held
