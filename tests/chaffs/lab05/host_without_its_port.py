"""Writes the host alone into Host, without the port."""

FAILS = "to_origin_request_writes_all_of_the_authority_into_host"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def to_origin_request(request, keep_alive=False, by="workbook"):
    _, six, name, _, path = absolute_form(request)
    chunked = body_framing(request) == CHUNKED
    if not path:
        path = "*" if request.method == "OPTIONS" else "/"
    elif path.startswith("?"):
        path = "/" + path
    fields = next_hop_fields(request, chunked, keep_alive, by)
    rest = [field for field in fields if field[0].lower() != "host"]
    return Head(
        request.method, path, "HTTP/1.1", 0, "", (("Host", f"[{six}]" if six else name), *rest)
    )
