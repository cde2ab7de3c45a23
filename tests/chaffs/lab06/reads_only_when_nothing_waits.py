"""Reads the next piece only when the last one has gone out whole, and makes no use of its buffer."""

FAILS = "echo_reads_on_while_its_buffer_has_room"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EchoConnection:
    def tell_the_loop(self):
        self.loop.want_read(self.sock, not self.has_ended and not self.waiting.pending)
        self.loop.want_write(self.sock, self.waiting.pending > 0)
