"""Sends interim responses to a client that knows none."""

FAILS = "relay_response_sends_no_interim_response_to_http_1_0"
BELIEVES = ""


def relay_response(origin, client, request):
    buffer, is_old = ReceiveBuffer(), request.version == "HTTP/1.0"
    while (response := recv_response(origin, buffer, request.method)).status < 200:
        send_all(client, write_head(to_client_response(response, False, keep_alive=True)))
    framing = body_framing(response)
    chunked = framing == CHUNKED and not is_old
    send_all(client, write_head(to_client_response(response, chunked)))
    try:
        relay_body(origin, BodyReader(framing, buffer), client, chunked)
    except HttpError:
        abort(client)
