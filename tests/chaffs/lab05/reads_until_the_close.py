"""Reads the body until the source closes."""

FAILS = "relay_body_returns_at_the_end_of_the_body"
BELIEVES = "close-ends-message"


def relay_body(source, reader, sink, chunked):
    piece = reader.feed(b"")
    while True:
        send_all(sink, as_chunk(piece) if chunked else piece)
        try:
            data = source.recv(RECV_BYTES)
        except OSError as error:
            raise HttpError(400, "cut short") from error
        if not data:
            break
        piece = reader.feed(data)
    reader.end_of_stream()
    if chunked:
        send_all(sink, last_chunk(reader.trailers))
