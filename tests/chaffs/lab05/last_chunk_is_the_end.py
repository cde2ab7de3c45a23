"""Is done at the last chunk's size, and leaves its line end to the next message."""

FAILS = "body_reader_leaves_what_is_behind_the_last_chunk"
BELIEVES = "one-send-one-recv"


class BodyReader:
    def take_size(self):
        line = self.buffer.take_until(b"\n", HEAD_LIMIT_BYTES)
        if line is not None:
            self.left = parse_chunk_line(line)
            self.state = self.take_piece if self.left else None
        return line and b""
