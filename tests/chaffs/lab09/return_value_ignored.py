"""Takes it that splice moves all."""

FAILS = "buffer_keeps_what_the_kernel_does_not_take"
BELIEVES = "send-takes-all"


class PipeBuffer:
    def flush(self, sock):
        if not self.held:
            return SendBuffer.flush(self, sock)
        held = self.held
        try:
            os.splice(self.pipe.drain, sock.fileno(), held, flags=MOVE)
        except BlockingIOError:
            return 0
        self.held = 0
        self.drop()
        return held
