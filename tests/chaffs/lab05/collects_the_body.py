"""Collects the body, and sends it when it is whole."""

FAILS = "relay_body_forwards_each_piece_at_once"
BELIEVES = "whole-message-first"


def relay_body(source, reader, sink, chunked):
    body = reader.feed(b"")
    while not reader.is_done:
        try:
            data = source.recv(RECV_BYTES)
        except OSError as error:
            raise HttpError(400, "cut short") from error
        if not data:
            reader.end_of_stream()
        body += reader.feed(data)
    send_all(sink, as_chunk(body) if chunked else body)
    if chunked:
        send_all(sink, last_chunk(reader.trailers))
