"""Begins with a recv: what came with the head waits in the buffer."""

FAILS = "relay_body_begins_with_what_is_in_the_buffer"
BELIEVES = "one-send-one-recv"


def relay_body(source, reader, sink, chunked):
    while not reader.is_done:
        try:
            data = source.recv(RECV_BYTES)
        except OSError as error:
            raise HttpError(400, "cut short") from error
        if not data:
            reader.end_of_stream()
        piece = reader.feed(data)
        send_all(sink, as_chunk(piece) if chunked else piece)
    if chunked:
        send_all(sink, last_chunk(reader.trailers))
