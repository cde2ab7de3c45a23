"""Does not hand on by whom, so Via always names the usual proxy."""

FAILS = "to_both_ends_it_says_by_whom"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def to_origin_request(request, keep_alive=False, by="workbook"):
    authority, _, _, _, path = absolute_form(request)
    chunked = body_framing(request) == CHUNKED
    if not path:
        path = "*" if request.method == "OPTIONS" else "/"
    elif path.startswith("?"):
        path = "/" + path
    fields = next_hop_fields(request, chunked, keep_alive)
    rest = [field for field in fields if field[0].lower() != "host"]
    return Head(request.method, path, "HTTP/1.1", 0, "", (("Host", authority), *rest))
