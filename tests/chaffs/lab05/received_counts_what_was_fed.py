"""Counts what was fed, with the frames and what comes after the body."""

FAILS = "body_reader_counts_what_it_has_returned"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class BodyReader:
    def feed(self, data):
        self.buffer.feed(data)
        self.received += len(data)
        taken = []
        try:
            while self.state is not None and (piece := self.state()) is not None:
                taken.append(piece)
        except LimitExceeded as error:
            raise HttpError(400, str(error)) from error
        return b"".join(taken)
