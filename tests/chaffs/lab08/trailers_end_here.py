"""The last chunk goes on without the trailers."""

FAILS = "move_keeps_chunks_and_trailers"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Relay:
    def move(self):
        data = self.reader.feed(b"")
        self.sink.waiting.append(http.as_chunk(data) if self.chunked else data)
        if self.source.has_ended:
            self.reader.end_of_stream()
        if self.chunked and self.reader.is_done:
            self.sink.waiting.append(b"0\r\n\r\n")
