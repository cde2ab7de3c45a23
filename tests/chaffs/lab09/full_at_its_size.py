"""Full when the pipe is full."""

FAILS = "buffer_is_full_while_its_pipe_holds_anything"
BELIEVES = "eagain-says-who"


class PipeBuffer:
    @property
    def is_full(self):
        return self.held >= PIPE_BYTES or len(self._waiting) >= self.limit_bytes
