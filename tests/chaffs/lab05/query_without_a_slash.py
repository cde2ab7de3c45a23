"""Forgets that a query may come right after the host, and sends a target that begins with a question mark."""

FAILS = "to_origin_request_fills_in_a_missing_path"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def to_origin_request(request, keep_alive=False, by="workbook"):
    authority, _, _, _, path = absolute_form(request)
    chunked = body_framing(request) == CHUNKED
    path = path or ("*" if request.method == "OPTIONS" else "/")
    fields = next_hop_fields(request, chunked, keep_alive, by)
    rest = [field for field in fields if field[0].lower() != "host"]
    return Head(request.method, path, "HTTP/1.1", 0, "", (("Host", authority), *rest))
