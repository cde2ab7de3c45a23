"""Collects until it is worth while."""

FAILS = "tunnel_carries_both_ways"
BELIEVES = "tunnel-is-read"


class Flow:
    def on_readable(self):
        with suppress(BlockingIOError):
            data = self.source.recv(CHUNK_BYTES)
            self.waiting.append(data)
            self.has_ended = not data
            if self.waiting.pending >= 4_096 or self.has_ended:
                self.on_writable()
