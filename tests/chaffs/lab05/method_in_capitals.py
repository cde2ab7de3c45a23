"""Writes the method in capitals, as if case never counted."""

FAILS = "parse_request_head_keeps_case_as_it_was_sent"
BELIEVES = ""


def parse_request_head(data):
    (method, target, version), fields = split_head(data, REQUEST_LINE)
    head = Head(method.upper(), target, version, 0, "", fields)
    hosts = len(values_of(head, "host"))
    if hosts > 1 or (hosts == 0 and version != "HTTP/1.0"):
        raise HttpError(400, "Host")
    return head
