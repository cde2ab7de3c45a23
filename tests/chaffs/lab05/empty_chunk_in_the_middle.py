"""Sends a chunk for each recv, also where it held no data: size 0 is the end."""

FAILS = "relay_body_makes_chunks_of_its_own"
BELIEVES = "chunks-come-whole"


def relay_body(source, reader, sink, chunked):
    data = b""
    while True:
        piece = reader.feed(data)
        send_all(sink, b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if reader.is_done:
            return send_all(sink, last_chunk(reader.trailers) if chunked else b"")
        try:
            data = source.recv(RECV_BYTES)
        except OSError as error:
            raise HttpError(400, "cut short") from error
        if not data:
            reader.end_of_stream()
