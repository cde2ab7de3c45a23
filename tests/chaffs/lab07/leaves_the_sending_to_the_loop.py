"""Only tells the loop, instead of trying to send: an end behind which nothing waits is never passed on."""

FAILS = "tunnel_passes_an_end_on_at_once"
BELIEVES = "end-travels-by-itself"
WRITTEN = "without sight of the checks"


class Flow:
    def on_readable(self):
        try:
            data = self.source.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        if data:
            self.waiting.append(data)
        else:
            self.has_ended = True
        self.tell_the_loop()
