"""Says 502 if a send to the origin fails, without a look at the answer that is there."""

FAILS = "forward_one_forwards_an_answer_that_came_before_the_body"
BELIEVES = ""
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
    finally:
        close_gracefully(client, LINGER_S)


def forward_to(origin, client, request, reader):
    chunked = reader.framing == CHUNKED
    try:
        send_all(origin, write_head(to_origin_request(request)))
        relay_body(client, reader, origin, chunked)
    except OSError as error:
        raise HttpError(502, f"the origin is lost: {error}") from error
    relay_response(origin, client, request)
