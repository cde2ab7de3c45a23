"""Without a pipe, it waits for one."""

FAILS = "tunnel_copies_where_there_is_no_pipe"
BELIEVES = ""


class SpliceFlow:
    def on_readable(self):
        with suppress(BlockingIOError):
            moved = self.waiting.splice_from(self.source)
            if moved is not None:
                self.has_ended = moved == 0
                self.on_writable()
