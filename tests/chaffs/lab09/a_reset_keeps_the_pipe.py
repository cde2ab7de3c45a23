"""Gives the pipe back if nothing was there, but not if splice fails otherwise."""

FAILS = "buffer_gives_its_pipe_back_after_a_reset"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class PipeBuffer:
    def splice_from(self, source):
        if self.pending or not (pipe := self.pool.take()):
            return None
        try:
            held = os.splice(source.fileno(), pipe.entry, PIPE_BYTES, flags=MOVE)
        except BlockingIOError:
            self.pool.give_back(pipe, 0)
            raise
        if held:
            self.pipe, self.held = pipe, held
        else:
            self.pool.give_back(pipe, 0)
        return held
