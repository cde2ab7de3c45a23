"""Takes a size out of what is there, whether its line is whole or not."""

FAILS = "body_reader_takes_chunks_in_any_slicing"
BELIEVES = "chunks-come-whole"


class BodyReader:
    def take_size(self):
        try:
            line = self.buffer.take_until(b"\n", min(len(self.buffer), HEAD_LIMIT_BYTES))
        except LimitExceeded:
            line = self.buffer.take_at_most(HEAD_LIMIT_BYTES) + b"\r\n" if self.buffer else None
        if line is None:
            return None
        size = parse_chunk_line(line)
        self.state = self.take_piece if size else self.take_trailer
        self.left = size or HEAD_LIMIT_BYTES
        return b""
