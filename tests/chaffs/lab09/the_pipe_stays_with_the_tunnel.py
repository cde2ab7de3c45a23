"""Keeps its pipe when that is empty, for the next bytes of the same tunnel."""

FAILS = "buffer_holds_a_pipe_only_for_bytes"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class PipeBuffer:
    def splice_from(self, source):
        if self.pending:
            return None
        if not self.pipe:
            self.pipe = self.pool.take()
        if not self.pipe:
            return None
        self.held = os.splice(source.fileno(), self.pipe.entry, PIPE_BYTES, flags=MOVE)
        return self.held

    def flush(self, sock):
        if not self.held:
            return super().flush(sock)
        try:
            sent = os.splice(self.pipe.drain, sock.fileno(), self.held, flags=MOVE)
        except BlockingIOError:
            return 0
        self.held -= sent
        return sent
