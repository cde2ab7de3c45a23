"""Leaves Transfer-Encoding away with the other fields of the connection, and sends chunks all the same."""

FAILS = "to_origin_request_makes_a_head_for_the_next_hop"
BELIEVES = "fields-belong-to-the-message"
WRITTEN = "without sight of the checks"


def to_origin_request(request, keep_alive=False, by="workbook"):
    authority, _, _, _, path = absolute_form(request)
    chunked = body_framing(request) == CHUNKED
    if not path:
        path = "*" if request.method == "OPTIONS" else "/"
    elif path.startswith("?"):
        path = "/" + path
    fields = next_hop_fields(request, False, keep_alive, by)
    rest = [field for field in fields if field[0].lower() != "host"]
    return Head(request.method, path, "HTTP/1.1", 0, "", (("Host", authority), *rest))
