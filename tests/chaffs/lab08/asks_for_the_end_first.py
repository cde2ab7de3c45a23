"""Tells the reader of the stream's end before it has taken what was there."""

FAILS = "move_takes_what_has_come_before_the_end"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Relay:
    def move(self):
        if self.source.has_ended:
            self.reader.end_of_stream()
        data = self.reader.feed(b"")
        self.sink.waiting.append(http.as_chunk(data) if self.chunked else data)
        if self.chunked and self.reader.is_done:
            self.sink.waiting.append(http.last_chunk(self.reader.trailers))
