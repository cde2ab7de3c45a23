"""Ends the exchange when timeout_s is over, as if the timeout were for all of it."""

FAILS = "forward_one_bounds_each_wait_and_not_the_whole"
BELIEVES = "timeout-bounds-request"


import threading


def forward_one(client, timeout_s=30.0):
    client.settimeout(timeout_s)
    buffer, method = ReceiveBuffer(), ""
    timer = threading.Timer(timeout_s, lambda: client.shutdown(socket.SHUT_RDWR))
    timer.daemon = True
    try:
        request = parse_request_head(recv_head(client, buffer, CLIENT))
        method, framing = request.method, body_framing(request)
        with connect_to(origin_of(request), timeout_s) as origin:
            with suppress(OSError):
                send_all(origin, write_head(to_origin_request(request)))
                relay_body(client, BodyReader(framing, buffer), origin, framing == CHUNKED)
            timer.start()
            relay_response(origin, client, request)
    except HttpError as error:
        send_all(client, error_response(error, method))
    finally:
        timer.cancel()
        close_gracefully(client, LINGER_S)
