"""Takes the timeout away when the request's head is there, so a client that stops in its body is waited for."""

FAILS = "forward_one_waits_for_a_client_no_longer_in_its_body"
BELIEVES = "slow-client-alone"
WRITTEN = "without sight of the checks"


def forward_one(client, timeout_s=30.0):
    client.settimeout(timeout_s)
    buffer, method = ReceiveBuffer(), ""
    try:
        try:
            request = parse_request_head(recv_head(client, buffer, CLIENT))
            method = request.method
            client.settimeout(None)
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
