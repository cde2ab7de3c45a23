"""Lets a chunked body end between two chunks: all that were begun are there."""

FAILS = "body_reader_misses_the_last_chunk"
BELIEVES = "end-is-complete"
WRITTEN = "without sight of the checks"


class BodyReader:
    def end_of_stream(self):
        if self.state in (None, self.take_size) or self.framing == UNTIL_CLOSE:
            self.state = None
        else:
            raise HttpError(400, f"the body was cut short after {self.received} bytes")
