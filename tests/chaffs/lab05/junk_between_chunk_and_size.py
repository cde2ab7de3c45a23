"""Takes all up to the next CRLF after a chunk, and does not look at what it was."""

FAILS = "body_reader_refuses_broken_chunks"
BELIEVES = "be-liberal"
WRITTEN = "without sight of the checks"


class BodyReader:
    def take_end(self):
        if self.buffer.take_until(CRLF, HEAD_LIMIT_BYTES) is None:
            return None
        self.state = self.take_size
        return b""
