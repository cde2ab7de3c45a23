"""Gives up when a send to the origin fails, with its answer unread."""

FAILS = "forward_one_forwards_an_answer_that_came_before_the_body"
BELIEVES = ""


def forward_one(client, timeout_s=30.0):
    client.settimeout(timeout_s)
    buffer, method = ReceiveBuffer(), ""
    try:
        request = parse_request_head(recv_head(client, buffer, CLIENT))
        method, framing = request.method, body_framing(request)
        with connect_to(origin_of(request), timeout_s) as origin:
            send_all(origin, write_head(to_origin_request(request)))
            relay_body(client, BodyReader(framing, buffer), origin, framing == CHUNKED)
            relay_response(origin, client, request)
    except HttpError as error:
        send_all(client, error_response(error, method))
    finally:
        close_gracefully(client, LINGER_S)
