"""Does not hand the buffer to the reader, so what came with the head is lost."""

FAILS = "relay_response_forwards_head_and_body"
BELIEVES = "one-send-one-recv"
WRITTEN = "without sight of the checks"


def relay_response(origin, client, request):
    buffer = ReceiveBuffer()
    modern = request.version != "HTTP/1.0"
    response = recv_response(origin, buffer, request.method)
    while response.status < 200:
        if modern:
            interim = to_client_response(response, chunked=False, keep_alive=True)
            send_all(client, write_head(interim))
        response = recv_response(origin, buffer, request.method)
    framing = body_framing(response)
    chunked = modern and framing == CHUNKED
    send_all(client, write_head(to_client_response(response, chunked)))
    try:
        relay_body(origin, BodyReader(framing), client, chunked)
    except HttpError:
        abort(client)
