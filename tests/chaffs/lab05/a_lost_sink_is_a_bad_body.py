"""Catches OSError around sending, too, so a lost sink looks like a bad body."""

FAILS = "relay_body_tells_a_lost_sink_from_a_lost_source"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def relay_body(source, reader, sink, chunked):
    frame = as_chunk if chunked else bytes
    try:
        piece = reader.feed(b"")
        send_all(sink, frame(piece))
        while not reader.is_done:
            if data := source.recv(RECV_BYTES):
                send_all(sink, frame(reader.feed(data)))
            else:
                reader.end_of_stream()
        if chunked:
            send_all(sink, last_chunk(reader.trailers))
    except OSError as error:
        raise HttpError(400, f"the body was cut short: {error}") from error
