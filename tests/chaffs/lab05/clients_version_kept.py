"""Speaks the client's version to the origin, and says nothing of itself."""

FAILS = "to_origin_request_speaks_its_own_version"
BELIEVES = ""


def to_origin_request(request, keep_alive=False):
    authority, _, _, _, path = absolute_form(request)
    if not path.startswith("/"):
        path = "*" if request.method == "OPTIONS" and not path else f"/{path}"
    body_framing(request)
    others = (field for field in end_to_end(request) if field[0].lower() != "host")
    close = () if keep_alive else (("Connection", "close"),)
    return request._replace(target=path, fields=(("Host", authority), *others, *close))
