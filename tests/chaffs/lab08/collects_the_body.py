"""Passes a body on when all of it is there."""

FAILS = "move_passes_each_piece_on_at_once"
BELIEVES = "whole-message-first"


class Relay:
    def move(self):
        piece = self.reader.feed(b"")
        self.kept = getattr(self, "kept", b"") + piece
        if self.source.has_ended:
            self.reader.end_of_stream()
        if self.reader.is_done:
            self.sink.waiting.append(http.as_chunk(self.kept) if self.chunked else self.kept)
        if self.chunked and self.reader.is_done:
            self.sink.waiting.append(http.last_chunk(self.reader.trailers))
