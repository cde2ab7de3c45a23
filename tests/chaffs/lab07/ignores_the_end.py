"""Takes the end for a piece without bytes."""

FAILS = "tunnel_passes_the_end_on"
BELIEVES = "end-travels-by-itself"


class Flow:
    def on_readable(self):
        with suppress(BlockingIOError):
            self.waiting.append(self.source.recv(CHUNK_BYTES))
            self.on_writable()
