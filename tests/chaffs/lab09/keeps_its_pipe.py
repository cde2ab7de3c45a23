"""Keeps its pipe for the next time."""

FAILS = "buffer_holds_a_pipe_only_for_bytes"
BELIEVES = ""


class PipeBuffer:
    def splice_from(self, source):
        if self.pending:
            return None
        self.pipe = self.pipe or self.pool.take()
        if self.pipe is None:
            return None
        self.held = os.splice(source.fileno(), self.pipe.entry, PIPE_BYTES, flags=MOVE)
        return self.held

    def flush(self, sock):
        if not self.held:
            return super(type(self), self).flush(sock)
        try:
            moved = os.splice(self.pipe.drain, sock.fileno(), self.held, flags=MOVE)
        except BlockingIOError:
            return 0
        self.held -= moved
        return moved
