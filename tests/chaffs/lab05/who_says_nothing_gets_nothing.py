"""Closes without a word if the client has ended without one."""

FAILS = "forward_one_answers_bad_requests"
BELIEVES = "failures-are-silent"
WRITTEN = "without sight of the checks"


def forward_one(client, timeout_s=30.0):
    client.settimeout(timeout_s)
    buffer, method = ReceiveBuffer(), ""
    try:
        try:
            if not (data := recv_head(client, buffer, CLIENT)):
                return
            request = parse_request_head(data)
            method = request.method
            framing, endpoint = body_framing(request), origin_of(request)
            with connect_to(endpoint, timeout_s) as origin:
                forward_to(origin, client, request, BodyReader(framing, buffer))
        except HttpError as error:
            send_all(client, error_response(error, method))
    finally:
        close_gracefully(client, LINGER_S)


def forward_to(origin, client, request, reader):
    chunked = reader.framing == CHUNKED
    with suppress(OSError):
        send_all(origin, write_head(to_origin_request(request)))
        relay_body(client, reader, origin, chunked)
    relay_response(origin, client, request)
