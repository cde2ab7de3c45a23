"""Closes the client if the origin's answer is no good."""

FAILS = "relay_response_raises_if_there_is_no_proper_answer"
BELIEVES = "failures-are-silent"


def relay_response(origin, client, request):
    buffer, is_old = ReceiveBuffer(), request.version == "HTTP/1.0"
    try:
        while (response := recv_response(origin, buffer, request.method)).status < 200:
            if not is_old:
                send_all(client, write_head(to_client_response(response, False, keep_alive=True)))
        framing = body_framing(response)
        chunked = framing == CHUNKED and not is_old
        send_all(client, write_head(to_client_response(response, chunked)))
        relay_body(origin, BodyReader(framing, buffer), client, chunked)
    except HttpError:
        abort(client)
