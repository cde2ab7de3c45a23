"""Tells the client of an internal error where the origin failed."""

FAILS = "forward_one_tells_whose_fault_it_is"
BELIEVES = "failures-are-silent"


def forward_one(client, timeout_s=30.0):
    client.settimeout(timeout_s)
    buffer, method = ReceiveBuffer(), ""
    try:
        request = parse_request_head(recv_head(client, buffer, CLIENT))
        method, framing = request.method, body_framing(request)
        with connect_to(origin_of(request), timeout_s) as origin:
            with suppress(OSError):
                send_all(origin, write_head(to_origin_request(request)))
                relay_body(client, BodyReader(framing, buffer), origin, framing == CHUNKED)
            relay_response(origin, client, request)
    except HttpError as error:
        send_all(
            client,
            error_response(
                HttpError(error.status if error.status in (400, 431, 501) else 500, error.why),
                method,
            ),
        )
    finally:
        close_gracefully(client, LINGER_S)
