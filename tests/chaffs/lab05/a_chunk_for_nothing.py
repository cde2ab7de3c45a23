"""Makes a chunk of each piece, also of an empty one, and that is the last chunk."""

FAILS = "relay_body_makes_chunks_of_its_own"
BELIEVES = "chunks-come-whole"
WRITTEN = "without sight of the checks"


def relay_body(source, reader, sink, chunked):
    piece = reader.feed(b"")
    while True:
        send_all(sink, b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
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
        send_all(sink, last_chunk(reader.trailers))
