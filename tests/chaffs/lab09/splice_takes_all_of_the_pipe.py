"""Takes for granted that one splice empties the pipe."""

FAILS = "buffer_keeps_what_the_kernel_does_not_take"
BELIEVES = "send-takes-all"
WRITTEN = "without sight of the checks"


class PipeBuffer:
    def flush(self, sock):
        if not self.held:
            return super().flush(sock)
        try:
            sent = os.splice(self.pipe.drain, sock.fileno(), self.held, flags=MOVE)
        except BlockingIOError:
            return 0
        self.held -= sent
        self.drop()
        return sent
