"""Takes the first response for the last one."""

FAILS = "relay_response_passes_interim_responses_on"
BELIEVES = "one-send-one-recv"


def relay_response(origin, client, request):
    buffer = ReceiveBuffer()
    response = recv_response(origin, buffer, request.method)
    framing = body_framing(response)
    chunked = framing == CHUNKED and request.version != "HTTP/1.0"
    send_all(client, write_head(to_client_response(response, chunked)))
    try:
        relay_body(origin, BodyReader(framing, buffer), client, chunked)
    except HttpError:
        abort(client)
