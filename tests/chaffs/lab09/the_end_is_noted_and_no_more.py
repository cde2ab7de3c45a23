"""Notes the end, but calls on_writable only if bytes have come."""

FAILS = "tunnel_passes_the_end_on"
BELIEVES = "end-travels-by-itself"
WRITTEN = "without sight of the checks"


class SpliceFlow:
    def on_readable(self):
        try:
            moved = self.waiting.splice_from(self.source)
        except BlockingIOError:
            return
        if moved is None:
            super().on_readable()
        elif moved:
            self.on_writable()
        else:
            self.has_ended = True
