"""Catches OSError around all of the loop, the sends too."""

FAILS = "relay_body_tells_a_lost_sink_from_a_lost_source"
BELIEVES = ""


def relay_body(source, reader, sink, chunked):
    data = b""
    try:
        while True:
            piece = reader.feed(data)
            send_all(sink, as_chunk(piece) if chunked else piece)
            if reader.is_done:
                return send_all(sink, last_chunk(reader.trailers) if chunked else b"")
            data = source.recv(RECV_BYTES)
            if not data:
                reader.end_of_stream()
    except OSError as error:
        raise HttpError(400, "cut short") from error
