"""Ends the request's body properly, though the client did not."""

FAILS = "forward_one_does_not_complete_a_request_that_was_cut_short"
BELIEVES = "end-is-complete"


def forward_one(client, timeout_s=30.0):
    client.settimeout(timeout_s)
    buffer, method = ReceiveBuffer(), ""
    try:
        request = parse_request_head(recv_head(client, buffer, CLIENT))
        method, framing = request.method, body_framing(request)
        with connect_to(origin_of(request), timeout_s) as origin:
            with suppress(OSError):
                send_all(origin, write_head(to_origin_request(request)))
                try:
                    relay_body(client, BodyReader(framing, buffer), origin, framing == CHUNKED)
                except HttpError:
                    send_all(origin, last_chunk(()))
                    raise
            relay_response(origin, client, request)
    except HttpError as error:
        send_all(client, error_response(error, method))
    finally:
        close_gracefully(client, LINGER_S)
