"""Ends the whole tunnel when one direction has ended."""

FAILS = "tunnel_passes_the_end_on_behind_what_waits"
BELIEVES = "eof-is-gone"


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
            self.tunnel.end(None)
