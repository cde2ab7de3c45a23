"""Waits for as many bytes as the length says, also where no body follows."""

FAILS = "relay_response_awaits_no_body_where_there_is_none"
BELIEVES = "every-message-has-a-body"


def relay_response(origin, client, request):
    buffer, is_old = ReceiveBuffer(), request.version == "HTTP/1.0"
    while (response := recv_response(origin, buffer, request.method)).status < 200:
        if not is_old:
            send_all(client, write_head(to_client_response(response, False, keep_alive=True)))
    framing = body_framing(response) or content_length(response) or 0
    chunked = framing == CHUNKED and not is_old
    send_all(client, write_head(to_client_response(response, chunked)))
    try:
        relay_body(origin, BodyReader(framing, buffer), client, chunked)
    except HttpError:
        abort(client)
