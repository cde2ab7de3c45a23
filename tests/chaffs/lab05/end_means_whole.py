"""Takes the end of the stream for the end of the body, whatever was announced."""

FAILS = "body_reader_tells_a_body_that_was_cut_short"
BELIEVES = "end-is-complete"


class BodyReader:
    def end_of_stream(self):
        self.state = None
