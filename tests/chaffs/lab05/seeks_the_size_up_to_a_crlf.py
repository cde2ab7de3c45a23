"""Seeks the CRLF after a size, so a line that ends in LF only is waited for and not refused."""

FAILS = "body_reader_refuses_an_lf_alone_as_soon_as_it_comes"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class BodyReader:
    def take_size(self):
        line = self.buffer.take_until(CRLF, HEAD_LIMIT_BYTES)
        if line is None:
            return None
        self.left = parse_chunk_line(line)
        self.state = self.take_piece
        if self.left == 0:
            self.left, self.state = HEAD_LIMIT_BYTES, self.take_trailer
        return b""
