"""Ends the chunks without the trailers that came."""

FAILS = "relay_body_sends_the_trailers_behind_the_last_chunk"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def relay_body(source, reader, sink, chunked):
    piece = reader.feed(b"")
    while True:
        if piece:
            send_all(sink, as_chunk(piece) if chunked else piece)
        if reader.is_done:
            break
        try:
            data = source.recv(RECV_BYTES)
        except OSError as error:
            raise HttpError(400, f"the body was cut short: {error}") from error
        if not data:
            reader.end_of_stream()
        piece = reader.feed(data)
    if chunked:
        send_all(sink, last_chunk(()))
