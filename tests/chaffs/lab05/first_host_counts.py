"""Takes the first Host and never looks for another one."""

FAILS = "parse_request_head_wants_exactly_one_host"
BELIEVES = "be-liberal"


def parse_request_head(data):
    (method, target, version), fields = split_head(data, REQUEST_LINE)
    head = Head(method, target, version, 0, "", fields)
    if not values_of(head, "host") and version != "HTTP/1.0":
        raise HttpError(400, "no Host")
    return head
