"""Says goodbye properly, whatever happened: the last chunk is always sent."""

FAILS = "relay_body_never_ends_what_was_cut_short"
BELIEVES = "end-is-complete"


def relay_body(source, reader, sink, chunked):
    data = b""
    try:
        while True:
            piece = reader.feed(data)
            send_all(sink, as_chunk(piece) if chunked else piece)
            if reader.is_done:
                return
            try:
                data = source.recv(RECV_BYTES)
            except OSError as error:
                raise HttpError(400, "cut short") from error
            if not data:
                reader.end_of_stream()
    finally:
        if chunked:
            send_all(sink, last_chunk(reader.trailers))
