"""Takes what comes for text."""

FAILS = "tunnel_carries_any_bytes"
BELIEVES = "tunnel-is-read"


class Flow:
    def on_readable(self):
        with suppress(BlockingIOError):
            data = self.source.recv(CHUNK_BYTES)
            self.waiting.append(data.decode(errors="replace").encode())
            self.has_ended = not data
            self.on_writable()
