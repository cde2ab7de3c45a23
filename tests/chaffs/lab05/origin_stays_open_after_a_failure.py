"""Closes the origin's socket after the answer only, and not if anything fails."""

FAILS = "forward_one_closes_the_origin_when_something_fails"
BELIEVES = "done-is-closed"
WRITTEN = "without sight of the checks"


kept = []  # a leak that no collector of garbage closes


def forward_one(client, timeout_s=30.0):
    client.settimeout(timeout_s)
    buffer, method = ReceiveBuffer(), ""
    try:
        try:
            request = parse_request_head(recv_head(client, buffer, CLIENT))
            method = request.method
            framing, endpoint = body_framing(request), origin_of(request)
            origin = connect_to(endpoint, timeout_s)
            kept.append(origin)
            forward_to(origin, client, request, BodyReader(framing, buffer))
            kept.pop().close()
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
