"""Pauses reading when it is full, and never goes on."""

FAILS = "tunnel_goes_on_when_the_reader_reads_again"
BELIEVES = ""


class Flow:
    def tell_the_loop(self):
        if self.has_ended or self.waiting.is_full:
            self.loop.want_read(self.source, False)
        self.loop.want_write(self.sink, self.waiting.pending > 0)
