"""Takes the head apart with splitlines, for which any line end will do."""

FAILS = "parse_request_head_refuses_what_is_no_request"
BELIEVES = "be-liberal"


def parse_request_head(data):
    first, *lines = data.decode("latin-1").splitlines() or [""]
    match = re.fullmatch(r"(\S+) (\S+) (HTTP/1\.[01])", first)
    if not match:
        raise HttpError(400, "no request line")
    fields = tuple(parse_field_line(line.encode("latin-1")) for line in lines if line)
    head = Head(*match.groups(), 0, "", fields)
    hosts = len(values_of(head, "host"))
    if hosts > 1 or (hosts == 0 and head.version != "HTTP/1.0"):
        raise HttpError(400, "Host")
    return head
