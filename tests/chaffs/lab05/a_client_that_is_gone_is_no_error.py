"""Passes over an OSError of the client, so the caller never hears that it is gone."""

FAILS = "forward_one_raises_if_the_client_is_gone"
BELIEVES = "errors-need-no-answer"
WRITTEN = "without sight of the checks"


def forward_one(client, timeout_s=30.0):
    client.settimeout(timeout_s)
    buffer, method = ReceiveBuffer(), ""
    try:
        try:
            request = parse_request_head(recv_head(client, buffer, CLIENT))
            method = request.method
            framing, endpoint = body_framing(request), origin_of(request)
            with connect_to(endpoint, timeout_s) as origin:
                forward_to(origin, client, request, BodyReader(framing, buffer))
        except HttpError as error:
            send_all(client, error_response(error, method))
    except OSError:
        pass
    finally:
        close_gracefully(client, LINGER_S)


def forward_to(origin, client, request, reader):
    chunked = reader.framing == CHUNKED
    with suppress(OSError):
        send_all(origin, write_head(to_origin_request(request)))
        relay_body(client, reader, origin, chunked)
    relay_response(origin, client, request)
