"""Leaves the method out of a response's Head, so nobody knows later that it answers a HEAD."""

FAILS = "parse_response_head_remembers_the_method"
BELIEVES = "every-message-has-a-body"
WRITTEN = "without sight of the checks"


def parse_response_head(data, method):
    (version, status, reason), fields = split_head(data, STATUS_LINE)
    return Head("", "", version, int(status), reason, fields)
