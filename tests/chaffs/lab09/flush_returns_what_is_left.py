"""Returns how many bytes are left in the pipe, and not how many the kernel took."""

FAILS = "buffer_moves_bytes"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class PipeBuffer:
    def flush(self, sock):
        if not self.held:
            return super().flush(sock)
        with suppress(BlockingIOError):
            self.held -= os.splice(self.pipe.drain, sock.fileno(), self.held, flags=MOVE)
        if not self.held:
            self.drop()
        return self.held
