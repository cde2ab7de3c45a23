"""Begins a new buffer for each head, and what came with an interim response is lost."""

FAILS = "relay_response_loses_nothing_behind_an_interim_response"
BELIEVES = "one-send-one-recv"
WRITTEN = "without sight of the checks"


def relay_response(origin, client, request):
    buffer = ReceiveBuffer()
    modern = request.version != "HTTP/1.0"
    response = recv_response(origin, buffer, request.method)
    while response.status < 200:
        buffer = ReceiveBuffer()
        if modern:
            interim = to_client_response(response, chunked=False, keep_alive=True)
            send_all(client, write_head(interim))
        response = recv_response(origin, buffer, request.method)
    framing = body_framing(response)
    chunked = modern and framing == CHUNKED
    send_all(client, write_head(to_client_response(response, chunked)))
    try:
        relay_body(origin, BodyReader(framing, buffer), client, chunked)
    except HttpError:
        abort(client)
