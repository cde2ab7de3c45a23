"""Expects that there is something to read."""

FAILS = "tunnel_takes_nothing_for_no_error"
BELIEVES = ""


class SpliceFlow:
    def on_readable(self):
        moved = self.waiting.splice_from(self.source)
        if moved is None:
            Flow.on_readable(self)
        else:
            self.has_ended = moved == 0
            self.on_writable()
