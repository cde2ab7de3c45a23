"""Forgets which method was asked when something fails, and answers a HEAD with a body."""

FAILS = "forward_one_answers_a_bad_head_request_without_a_body"
BELIEVES = "every-message-has-a-body"
WRITTEN = "without sight of the checks"


def forward_one(client, timeout_s=30.0):
    client.settimeout(timeout_s)
    buffer = ReceiveBuffer()
    try:
        try:
            request = parse_request_head(recv_head(client, buffer, CLIENT))
            framing, endpoint = body_framing(request), origin_of(request)
            with connect_to(endpoint, timeout_s) as origin:
                forward_to(origin, client, request, BodyReader(framing, buffer))
        except HttpError as error:
            send_all(client, error_response(error, ""))
    finally:
        close_gracefully(client, LINGER_S)


def forward_to(origin, client, request, reader):
    chunked = reader.framing == CHUNKED
    with suppress(OSError):
        send_all(origin, write_head(to_origin_request(request)))
        relay_body(client, reader, origin, chunked)
    relay_response(origin, client, request)
