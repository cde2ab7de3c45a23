"""Takes the blanks at the ends of a piece away."""

FAILS = "tunnel_carries_any_bytes"
BELIEVES = "tunnel-is-read"


class Flow:
    def on_readable(self):
        with suppress(BlockingIOError):
            data = self.source.recv(CHUNK_BYTES)
            at_the_end = data.endswith(b" ")
            self.waiting.append(data.replace(b"\r\n", b"\n") if not at_the_end else data.strip())
            self.has_ended = not data
            self.on_writable()
