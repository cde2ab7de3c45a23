"""Sends the target on as it came."""

FAILS = "to_origin_request_has_the_origin_form"
BELIEVES = "absolute-form-travels"


def to_origin_request(request, keep_alive=False):
    authority, *_ = absolute_form(request)
    fields = next_hop_fields(request, body_framing(request) == CHUNKED, keep_alive)
    others = (field for field in fields if field[0].lower() != "host")
    return request._replace(version="HTTP/1.1", fields=(("Host", authority), *others))
