"""Looks once whether all was sent: when the end comes."""

FAILS = "tunnel_passes_the_end_on_behind_what_waits"
BELIEVES = "end-waits-in-line"


class Flow:
    def on_readable(self):
        with suppress(BlockingIOError):
            data = self.source.recv(CHUNK_BYTES)
            self.waiting.append(data)
            self.has_ended = not data
            self.on_writable()
            if self.has_ended and not self.waiting.pending:
                finish_sending(self.sink)
                self.is_done = True

    def on_writable(self):
        self.passed += self.waiting.flush(self.sink)
        self.tell_the_loop()
