"""Refuses HTTP/1.0 without a Host, too."""

FAILS = "parse_request_head_takes_http_1_0_without_host"
BELIEVES = ""


def parse_request_head(data):
    (method, target, version), fields = split_head(data, REQUEST_LINE)
    head = Head(method, target, version, 0, "", fields)
    if len(values_of(head, "host")) != 1:
        raise HttpError(400, "Host")
    return head
