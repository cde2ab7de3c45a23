"""Takes all that is in the buffer, also what is behind the body."""

FAILS = "body_reader_leaves_the_next_message_in_the_buffer"
BELIEVES = "one-send-one-recv"


class BodyReader:
    def take_piece(self):
        piece = self.buffer.take_at_most(len(self.buffer) if self.framing != CHUNKED else self.left)
        self.left -= len(piece)
        if self.left <= 0:
            self.state = self.take_end if self.framing == CHUNKED else None
        return piece or None
