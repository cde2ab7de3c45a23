"""Sends a last chunk if the source ends, whatever is missing."""

FAILS = "move_completes_nothing_that_was_cut_short"
BELIEVES = "end-is-complete"


class Relay:
    def move(self):
        piece = self.reader.feed(b"")
        self.sink.waiting.append(http.as_chunk(piece) if self.chunked else piece)
        if self.source.has_ended and self.chunked:
            self.reader.state = None
        elif self.source.has_ended:
            self.reader.end_of_stream()
        if self.chunked and self.reader.is_done:
            self.sink.waiting.append(http.last_chunk(self.reader.trailers))
