"""Writes the chunk itself, one of size 0 too when nothing of the body is there yet."""

FAILS = "move_keeps_chunks_and_trailers"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Relay:
    def move(self):
        data = self.reader.feed(b"")
        if self.chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        self.sink.waiting.append(data)
        if self.source.has_ended:
            self.reader.end_of_stream()
        if self.chunked and self.reader.is_done:
            self.sink.waiting.append(http.last_chunk(self.reader.trailers))
