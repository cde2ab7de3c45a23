"""Leaves Host to the client."""

FAILS = "to_origin_request_takes_host_from_the_target"
BELIEVES = "absolute-form-travels"


def to_origin_request(request, keep_alive=False):
    authority, _, _, _, path = absolute_form(request)
    if not path.startswith("/"):
        path = "*" if request.method == "OPTIONS" and not path else f"/{path}"
    fields = next_hop_fields(request, body_framing(request) == CHUNKED, keep_alive)
    return request._replace(target=path, version="HTTP/1.1", fields=fields)
