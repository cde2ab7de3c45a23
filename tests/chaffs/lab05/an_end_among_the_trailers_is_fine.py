"""Lets a body end after the last chunk, when the empty line has not come."""

FAILS = "body_reader_misses_the_last_chunk"
BELIEVES = "end-is-complete"
WRITTEN = "without sight of the checks"


class BodyReader:
    def end_of_stream(self):
        if self.state in (None, self.take_trailer) or self.framing == UNTIL_CLOSE:
            self.state = None
        else:
            raise HttpError(400, f"the body was cut short after {self.received} bytes")
