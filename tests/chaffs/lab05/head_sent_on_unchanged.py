"""Sends the origin's head to the client as it came."""

FAILS = "relay_response_rewrites_the_head"
BELIEVES = "fields-belong-to-the-message"


def relay_response(origin, client, request):
    buffer, is_old = ReceiveBuffer(), request.version == "HTTP/1.0"
    while (response := recv_response(origin, buffer, request.method)).status < 200:
        if not is_old:
            send_all(client, write_head(to_client_response(response, False, keep_alive=True)))
    framing = body_framing(response)
    chunked = framing == CHUNKED and not is_old
    send_all(client, write_head(response))
    try:
        relay_body(origin, BodyReader(framing, buffer), client, chunked)
    except HttpError:
        abort(client)
