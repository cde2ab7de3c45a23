"""Tries again and again until the pipe is empty."""

FAILS = "buffer_flush_does_not_wait_for_room"
BELIEVES = "busy-is-waiting"
WRITTEN = "without sight of the checks"


class PipeBuffer:
    def flush(self, sock):
        if not self.held:
            return super().flush(sock)
        sent = 0
        while self.held:
            with suppress(BlockingIOError):
                count = os.splice(self.pipe.drain, sock.fileno(), self.held, flags=MOVE)
                sent += count
                self.held -= count
        self.drop()
        return sent
