"""Asks to write when something waits, and never takes it back."""

FAILS = "tunnel_sleeps_while_nothing_happens"
BELIEVES = "watch-writable"


class Flow:
    def tell_the_loop(self):
        self.loop.want_read(self.source, not self.has_ended and not self.waiting.is_full)
        self.loop.want_write(self.sink, True)

    def on_readable(self):
        with suppress(BlockingIOError):
            data = self.source.recv(CHUNK_BYTES)
            self.waiting.append(data)
            self.has_ended = not data
            self.tell_the_loop()
