"""Reads in a loop, and expects no BlockingIOError."""

FAILS = "flow_takes_nothing_for_no_error"
BELIEVES = ""


class Flow:
    def on_readable(self):
        while data := self.source.recv(CHUNK_BYTES):
            self.waiting.append(data)
        self.has_ended = True
        self.on_writable()
