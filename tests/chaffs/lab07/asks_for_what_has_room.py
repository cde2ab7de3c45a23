"""Asks recv for as much as a piece leaves room for: for 0 bytes, in the end."""

FAILS = "tunnel_goes_on_when_the_reader_reads_again"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Flow:
    def on_readable(self):
        with suppress(BlockingIOError):
            data = self.source.recv(max(0, CHUNK_BYTES - self.waiting.pending))
            self.waiting.append(data)
            self.has_ended = not data
            self.on_writable()
