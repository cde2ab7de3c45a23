"""Splits the status line at its blanks and counts on three words."""

FAILS = "parse_response_head_needs_no_reason_but_a_status"
BELIEVES = "be-liberal"


def parse_response_head(data, method):
    first, *lines = data[:-4].split(b"\r\n")
    version, status, reason = first.decode("latin-1").split(" ", 2)
    return Head(method, "", version, int(status), reason, tuple(map(parse_field_line, lines)))
