"""Takes two Hosts for one if they are equal."""

FAILS = "parse_request_head_wants_exactly_one_host"
BELIEVES = "be-liberal"
WRITTEN = "without sight of the checks"


def parse_request_head(data):
    (method, target, version), fields = split_head(data, REQUEST_LINE)
    head = Head(method, target, version, 0, "", fields)
    hosts = set(values_of(head, "Host"))
    if len(hosts) > 1 or (not hosts and version != "HTTP/1.0"):
        raise HttpError(400, "not exactly one Host")
    return head
