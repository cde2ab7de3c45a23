"""Reads whatever comes and keeps it, however much already waits."""

FAILS = "echo_keeps_a_bound_for_who_does_not_read"
BELIEVES = "bytes-need-no-bound"


class EchoConnection:
    def tell_the_loop(self):
        self.loop.want_read(self.sock, not self.has_ended)
        self.loop.want_write(self.sock, self.waiting.pending > 0)
