"""Looks whether a last chunk is due before the reader knows that the stream has ended."""

FAILS = "move_ends_the_chunks_when_the_source_ends"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Relay:
    def move(self):
        data = self.reader.feed(b"")
        self.sink.waiting.append(http.as_chunk(data) if self.chunked else data)
        if self.chunked and self.reader.is_done:
            self.sink.waiting.append(http.last_chunk(self.reader.trailers))
        if self.source.has_ended:
            self.reader.end_of_stream()
