"""Counts the characters of a text, as len() of a str does."""

FAILS = "body_reader_counts_bytes"
BELIEVES = "length-is-characters"


class BodyReader:
    def take_piece(self):
        piece = self.buffer.take_at_most(self.left)
        self.left -= len(piece.decode("utf-8", "replace"))
        if self.left == 0:
            self.state = self.take_end if self.framing == CHUNKED else None
        return piece or None
