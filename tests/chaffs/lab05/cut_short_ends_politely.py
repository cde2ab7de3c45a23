"""Ends the connection as always when the origin's body was cut short."""

FAILS = "relay_response_resets_the_client_if_the_body_is_cut_short"
BELIEVES = "end-is-complete"


def relay_response(origin, client, request):
    buffer, is_old = ReceiveBuffer(), request.version == "HTTP/1.0"
    while (response := recv_response(origin, buffer, request.method)).status < 200:
        if not is_old:
            send_all(client, write_head(to_client_response(response, False, keep_alive=True)))
    framing = body_framing(response)
    chunked = framing == CHUNKED and not is_old
    send_all(client, write_head(to_client_response(response, chunked)))
    try:
        relay_body(origin, BodyReader(framing, buffer), client, chunked)
    except HttpError:
        close_gracefully(client, 0)
