"""Looks up a missing reason, and fails for a status that the table does not have."""

FAILS = "parse_response_head_needs_no_reason"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def parse_response_head(data, method):
    (version, status, reason), fields = split_head(data, STATUS_LINE)
    reason = reason or HTTPStatus(int(status)).phrase
    return Head(method, "", version, int(status), reason, fields)
