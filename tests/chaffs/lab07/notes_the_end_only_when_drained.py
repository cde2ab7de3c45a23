"""Notes the end of the source only when nothing waits, and until then reads it again and again."""

FAILS = "tunnel_sleeps_while_something_waits_behind_an_end"
BELIEVES = "readable-is-data"
WRITTEN = "without sight of the checks"


class Flow:
    def on_readable(self):
        try:
            data = self.source.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        if data:
            self.waiting.append(data)
        elif not self.waiting.pending:
            self.has_ended = True
        self.on_writable()
