"""Sends chunks to HTTP/1.0, which has none."""

FAILS = "relay_response_sends_chunks_to_those_who_know_them"
BELIEVES = "chunks-come-whole"


def relay_response(origin, client, request):
    buffer, is_old = ReceiveBuffer(), request.version == "HTTP/1.0"
    while (response := recv_response(origin, buffer, request.method)).status < 200:
        if not is_old:
            send_all(client, write_head(to_client_response(response, False, keep_alive=True)))
    framing = body_framing(response)
    chunked = framing == CHUNKED
    send_all(client, write_head(to_client_response(response, chunked)))
    try:
        relay_body(origin, BodyReader(framing, buffer), client, chunked)
    except HttpError:
        abort(client)
