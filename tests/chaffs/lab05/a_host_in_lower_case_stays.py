"""Removes the client's Host only where it is written just so, and two travel where it is not."""

FAILS = "to_origin_request_removes_host_however_it_is_written"
BELIEVES = "names-are-exact"
WRITTEN = "without sight of the checks"


def to_origin_request(request, keep_alive=False, by="workbook"):
    authority, _, _, _, path = absolute_form(request)
    chunked = body_framing(request) == CHUNKED
    if not path:
        path = "*" if request.method == "OPTIONS" else "/"
    elif path.startswith("?"):
        path = "/" + path
    fields = next_hop_fields(request, chunked, keep_alive, by)
    rest = [field for field in fields if field[0] != "Host"]
    return Head(request.method, path, "HTTP/1.1", 0, "", (("Host", authority), *rest))
