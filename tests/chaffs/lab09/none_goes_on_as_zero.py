"""After Flow has done its work, goes on and notes an end."""

FAILS = "tunnel_copies_where_there_is_no_pipe"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SpliceFlow:
    def on_readable(self):
        try:
            moved = self.waiting.splice_from(self.source)
        except BlockingIOError:
            return
        if moved is None:
            super().on_readable()
        self.has_ended = not moved
        self.on_writable()
