"""Gives a chunk only when all of it is there."""

FAILS = "body_reader_gives_a_part_of_a_chunk_at_once"
BELIEVES = "whole-message-first"


class BodyReader:
    def take_piece(self):
        if self.framing != CHUNKED:
            piece = self.buffer.take_at_most(self.left)
        else:
            piece = self.buffer.take_exactly(self.left)
        if not piece:
            return None
        self.left -= len(piece)
        if self.left == 0:
            self.state = self.take_end if self.framing == CHUNKED else None
        return piece
