"""Connects to the origin before it knows that the request is one that can be forwarded."""

FAILS = "forward_one_connects_to_nobody_for_a_bad_request"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def forward_one(client, timeout_s=30.0):
    client.settimeout(timeout_s)
    buffer, method = ReceiveBuffer(), ""
    try:
        try:
            request = parse_request_head(recv_head(client, buffer, CLIENT))
            method = request.method
            with connect_to(origin_of(request), timeout_s) as origin:
                reader = BodyReader(body_framing(request), buffer)
                forward_to(origin, client, request, reader)
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
