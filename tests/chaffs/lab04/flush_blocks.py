"""Does not come back before the peer has read."""

FAILS = "send_buffer_flush_returns_though_nobody_reads"
BELIEVES = "two-writers-fine"


class SendBuffer:
    def flush(self, sock):
        taken = self.pending
        send_all(sock, self._waiting)
        self._waiting = bytearray()
        return taken
