"""Decodes the escapes of the path, so %2F becomes a slash and %0D%0A ends the line."""

FAILS = "to_origin_request_leaves_path_and_query_as_they_came"
BELIEVES = ""
WRITTEN = "without sight of the checks"


from urllib.parse import unquote


def to_origin_request(request, keep_alive=False, by="workbook"):
    authority, _, _, _, path = absolute_form(request)
    chunked = body_framing(request) == CHUNKED
    if not path:
        path = "*" if request.method == "OPTIONS" else "/"
    elif path.startswith("?"):
        path = "/" + path
    fields = next_hop_fields(request, chunked, keep_alive, by)
    rest = [field for field in fields if field[0].lower() != "host"]
    return Head(request.method, unquote(path), "HTTP/1.1", 0, "", (("Host", authority), *rest))
