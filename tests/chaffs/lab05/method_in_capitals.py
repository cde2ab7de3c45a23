"""Writes the method in capitals, though get is another method than GET."""

FAILS = "parse_request_head_keeps_case_as_it_was_sent"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def parse_request_head(data):
    (method, target, version), fields = split_head(data, REQUEST_LINE)
    head = Head(method.upper(), target, version, 0, "", fields)
    hosts = values_of(head, "Host")
    if len(hosts) != 1 and (hosts or version != "HTTP/1.0"):
        raise HttpError(400, "not exactly one Host")
    return head
