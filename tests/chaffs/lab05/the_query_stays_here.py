"""Takes the path of the URL only, and the query is lost."""

FAILS = "to_origin_request_leaves_path_and_query_as_they_came"
BELIEVES = ""
WRITTEN = "without sight of the checks"


from urllib.parse import urlsplit


def to_origin_request(request, keep_alive=False, by="workbook"):
    authority, _, _, _, path = absolute_form(request)
    chunked = body_framing(request) == CHUNKED
    path = urlsplit(request.target).path or ("*" if request.method == "OPTIONS" else "/")
    fields = next_hop_fields(request, chunked, keep_alive, by)
    rest = [field for field in fields if field[0].lower() != "host"]
    return Head(request.method, path, "HTTP/1.1", 0, "", (("Host", authority), *rest))
