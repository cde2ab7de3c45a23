"""Ends the loop at b'', which a size and an end return."""

FAILS = "body_reader_goes_on_after_a_size_and_an_end"
BELIEVES = "none-is-empty"


class BodyReader:
    def feed(self, data):
        self.buffer.feed(data)
        taken = b""
        try:
            while self.state:
                piece = self.state()
                if not piece:
                    break
                taken += piece
        except LimitExceeded as error:
            raise HttpError(400, str(error)) from error
        self.received += len(taken)
        return taken
