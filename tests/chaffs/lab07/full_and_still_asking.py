"""Does not read while it is full, but lets the loop ask."""

FAILS = "tunnel_sleeps_while_it_waits_for_a_reader"
BELIEVES = "readable-is-data"


class Flow:
    def on_readable(self):
        if self.waiting.is_full:
            return
        with suppress(BlockingIOError):
            data = self.source.recv(CHUNK_BYTES)
            self.waiting.append(data)
            self.has_ended = not data
            self.on_writable()

    def tell_the_loop(self):
        self.loop.want_read(self.source, not self.has_ended)
        self.loop.want_write(self.sink, self.waiting.pending > 0)
