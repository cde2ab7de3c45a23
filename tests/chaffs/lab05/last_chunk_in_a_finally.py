"""Sends the last chunk in a finally, and so also after a body that was cut short."""

FAILS = "relay_body_never_ends_what_was_cut_short"
BELIEVES = "end-is-complete"
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
    except (TimeoutError, ConnectionResetError) as error:
        raise HttpError(400, f"the body was cut short: {error}") from error
    finally:
        if chunked:
            send_all(sink, last_chunk(reader.trailers))
