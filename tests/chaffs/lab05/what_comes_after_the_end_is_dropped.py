"""Does not put what is fed after the end of the body into the buffer: it is the next message's."""

FAILS = "body_reader_leaves_the_next_message_in_the_buffer"
BELIEVES = "one-send-one-recv"
WRITTEN = "without sight of the checks"


class BodyReader:
    def feed(self, data):
        if self.is_done:
            return b""
        self.buffer.feed(data)
        taken = []
        try:
            while self.state is not None and (piece := self.state()) is not None:
                taken.append(piece)
        except LimitExceeded as error:
            raise HttpError(400, str(error)) from error
        body = b"".join(taken)
        self.received += len(body)
        return body
