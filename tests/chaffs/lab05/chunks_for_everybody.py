"""Sends in chunks what comes in chunks, without asking."""

FAILS = "relay_body_takes_chunks_off_for_who_knows_none"
BELIEVES = ""


def relay_body(source, reader, sink, chunked):
    chunked = reader.framing == CHUNKED
    data = b""
    while True:
        piece = reader.feed(data)
        send_all(sink, as_chunk(piece) if chunked else piece)
        if reader.is_done:
            return send_all(sink, last_chunk(reader.trailers) if chunked else b"")
        try:
            data = source.recv(RECV_BYTES)
        except OSError as error:
            raise HttpError(400, "cut short") from error
        if not data:
            reader.end_of_stream()
