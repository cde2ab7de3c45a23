"""Sends chunks to a client of HTTP/1.0 if the origin sends some."""

FAILS = "relay_response_sends_chunks_to_those_who_know_them"
BELIEVES = ""
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
    chunked = framing == CHUNKED
    send_all(client, write_head(to_client_response(response, chunked)))
    try:
        relay_body(origin, BodyReader(framing, buffer), client, chunked)
    except HttpError:
        abort(client)
