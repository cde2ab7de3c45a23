"""Knows no body that ends with its connection."""

FAILS = "body_reader_goes_on_until_the_close"
BELIEVES = "close-ends-message"


class BodyReader:
    def end_of_stream(self):
        if not self.is_done:
            raise HttpError(400, "cut short")
