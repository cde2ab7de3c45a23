"""Nothing was moved, so nothing has happened."""

FAILS = "tunnel_passes_the_end_on_behind_what_waits"
BELIEVES = "end-waits-in-line"


class SpliceFlow:
    def on_readable(self):
        with suppress(BlockingIOError):
            moved = self.waiting.splice_from(self.source)
            if moved is None:
                Flow.on_readable(self)
            elif moved:
                self.on_writable()
