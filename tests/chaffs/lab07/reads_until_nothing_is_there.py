"""Reads on until nothing is there, so one fast sender fills the memory in a single call."""

FAILS = "flow_reads_no_more_than_one_recv_brings"
BELIEVES = "loop-may-wait"
WRITTEN = "without sight of the checks"


class Flow:
    def on_readable(self):
        with suppress(BlockingIOError):
            while not self.has_ended:
                data = self.source.recv(CHUNK_BYTES)
                self.waiting.append(data)
                self.has_ended = not data
        self.on_writable()
