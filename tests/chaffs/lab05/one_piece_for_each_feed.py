"""Returns after the first piece that has bytes, though more of the body is in the buffer."""

FAILS = "body_reader_takes_all_chunks_that_are_there"
BELIEVES = "chunks-come-whole"
WRITTEN = "without sight of the checks"


class BodyReader:
    def feed(self, data):
        self.buffer.feed(data)
        try:
            while self.state is not None and (piece := self.state()) is not None:
                if piece:
                    self.received += len(piece)
                    return piece
        except LimitExceeded as error:
            raise HttpError(400, str(error)) from error
        return b""
