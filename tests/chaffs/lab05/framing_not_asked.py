"""Looks for chunked by itself, and forwards two lengths."""

FAILS = "to_origin_request_forwards_no_contradiction"
BELIEVES = "both-lengths-is-fine"


def to_origin_request(request, keep_alive=False):
    authority, _, _, _, path = absolute_form(request)
    if not path.startswith("/"):
        path = "*" if request.method == "OPTIONS" and not path else f"/{path}"
    chunked = "chunked" in tokens_of(request, "transfer-encoding")
    fields = next_hop_fields(request, chunked, keep_alive)
    others = (field for field in fields if field[0].lower() != "host")
    return request._replace(target=path, version="HTTP/1.1", fields=(("Host", authority), *others))
