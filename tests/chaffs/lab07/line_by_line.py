"""Passes whole lines on."""

FAILS = "tunnel_carries_both_ways"
BELIEVES = "tunnel-is-read"


class Flow:
    lines = b""

    def on_readable(self):
        with suppress(BlockingIOError):
            data = self.source.recv(CHUNK_BYTES)
            *whole, self.lines = (self.lines + data).split(b"\n")
            for line in whole:
                self.waiting.append(line + b"\n")
            self.has_ended = not data
            self.on_writable()
