"""Returns what the buffer gives, b'' too: feed asks for ever."""

FAILS = "body_reader_take_piece_returns_none_if_nothing_is_there"
BELIEVES = "none-is-empty"


class BodyReader:
    def take_piece(self):
        piece = self.buffer.take_at_most(self.left)
        self.left -= len(piece)
        if self.left == 0:
            self.state = self.take_end if self.framing == CHUNKED else None
        return piece
