"""Takes a chunk only when all of it is there, so a large one has to fit into memory."""

FAILS = "body_reader_gives_a_part_of_a_chunk_at_once"
BELIEVES = "whole-message-first"
WRITTEN = "without sight of the checks"


class BodyReader:
    def take_piece(self):
        if self.framing == CHUNKED:
            piece = self.buffer.take_exactly(self.left)
        else:
            piece = self.buffer.take_at_most(self.left) or None
        if piece is None:
            return None
        self.left -= len(piece)
        if self.left == 0:
            self.state = self.take_end if self.framing == CHUNKED else None
        return piece
