"""Takes whatever is there of the CRLF: one recv gives all of it."""

FAILS = "body_reader_takes_chunks_in_any_slicing"
BELIEVES = "chunks-come-whole"


class BodyReader:
    def take_end(self):
        end = self.buffer.take_at_most(2)
        if not end:
            return None
        self.state = self.take_size
        return b""
