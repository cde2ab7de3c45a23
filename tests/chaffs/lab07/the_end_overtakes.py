"""Passes the end on as soon as it comes."""

FAILS = "tunnel_passes_the_end_on_behind_what_waits"
BELIEVES = "end-waits-in-line"


class Flow:
    def on_readable(self):
        with suppress(BlockingIOError):
            data = self.source.recv(CHUNK_BYTES)
            if not data:
                self.has_ended = self.is_done = True
                finish_sending(self.sink)
                self.tell_the_loop()
                return
            self.waiting.append(data)
            self.on_writable()

    def on_writable(self):
        self.passed += self.waiting.flush(self.sink)
        self.tell_the_loop()
