"""Asks for / where all of the server is meant."""

FAILS = "to_origin_request_fills_in_a_missing_path"
BELIEVES = ""


def to_origin_request(request, keep_alive=False):
    authority, _, _, _, path = absolute_form(request)
    path = path if path.startswith("/") else "/" + path
    fields = next_hop_fields(request, body_framing(request) == CHUNKED, keep_alive)
    others = [field for field in fields if field[0].lower() != "host"]
    return request._replace(target=path, version="HTTP/1.1", fields=(("Host", authority), *others))
