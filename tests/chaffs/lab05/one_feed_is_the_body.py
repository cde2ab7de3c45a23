"""Takes what it is fed first for the body, and is done."""

FAILS = "body_reader_counts_a_body_of_known_length"
BELIEVES = "one-send-one-recv"


class BodyReader:
    def feed(self, data):
        self.buffer.feed(data)
        taken = b""
        try:
            while self.state and (piece := self.state()) is not None:
                taken += piece
        except LimitExceeded as error:
            raise HttpError(400, str(error)) from error
        self.received += len(taken)
        if data:
            self.state = None
        return taken
