"""Lets BlockingIOError through."""

FAILS = "buffer_keeps_what_the_kernel_does_not_take"
BELIEVES = "send-takes-all"


class PipeBuffer:
    def flush(self, sock):
        if not self.held:
            return SendBuffer.flush(self, sock)
        moved = os.splice(self.pipe.drain, sock.fileno(), self.held, flags=MOVE)
        self.held -= moved
        if not self.held:
            self.drop()
        return moved
