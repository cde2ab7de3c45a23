"""Leaves the loop at the end of the stream, and asks nobody whether that is right."""

FAILS = "relay_body_never_ends_what_was_cut_short"
BELIEVES = "end-is-complete"


def relay_body(source, reader, sink, chunked):
    piece = reader.feed(b"")
    while True:
        send_all(sink, as_chunk(piece) if chunked else piece)
        if reader.is_done:
            break
        try:
            data = source.recv(RECV_BYTES)
        except OSError as error:
            raise HttpError(400, "cut short") from error
        if not data:
            break
        piece = reader.feed(data)
    if chunked:
        send_all(sink, last_chunk(reader.trailers))
