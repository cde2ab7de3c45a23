"""Ends every chunked body in the same way."""

FAILS = "move_keeps_chunks_and_trailers"
BELIEVES = ""


class Relay:
    def move(self):
        piece = self.reader.feed(b"")
        self.sink.waiting.append(http.as_chunk(piece) if self.chunked else piece)
        if self.source.has_ended:
            self.reader.end_of_stream()
        if self.chunked and self.reader.is_done:
            self.sink.waiting.append(http.last_chunk(()))
