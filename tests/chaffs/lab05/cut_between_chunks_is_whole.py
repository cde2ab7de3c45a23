"""Takes the end between two chunks for the end of the body."""

FAILS = "body_reader_misses_the_last_chunk"
BELIEVES = "end-is-complete"


class BodyReader:
    def end_of_stream(self):
        in_the_middle = self.left > 0 and self.framing != UNTIL_CLOSE
        if in_the_middle and not self.is_done and self.state != self.take_trailer:
            raise HttpError(400, "cut short")
        self.state = None
