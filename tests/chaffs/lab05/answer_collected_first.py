"""Receives the whole answer from the origin before the client gets a byte."""

FAILS = "forward_one_forwards_a_slow_answer_piece_by_piece"
BELIEVES = "whole-message-first"


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
            here, there = socket.socketpair()
            with here, there:
                relay_response(origin, there, request)
                if there.fileno() == -1:
                    return abort(client)
                there.shutdown(socket.SHUT_WR)
                answer = b""
                while data := here.recv(RECV_BYTES):
                    answer += data
            send_all(client, answer)
    except HttpError as error:
        send_all(client, error_response(error, method))
    finally:
        close_gracefully(client, LINGER_S)
