"""Takes a reset for the end of the stream."""

FAILS = "relay_body_takes_a_reset_for_no_end"
BELIEVES = "end-is-complete"


def relay_body(source, reader, sink, chunked):
    data = b""
    while True:
        piece = reader.feed(data)
        send_all(sink, as_chunk(piece) if chunked else piece)
        if reader.is_done:
            return send_all(sink, last_chunk(reader.trailers) if chunked else b"")
        try:
            data = source.recv(RECV_BYTES)
        except ConnectionError:
            data = b""
        except OSError as error:
            raise HttpError(400, "cut short") from error
        if not data:
            reader.end_of_stream()
