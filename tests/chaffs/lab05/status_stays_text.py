"""Leaves the status as the text that it was."""

FAILS = "parse_response_head_gives_all_parts"
BELIEVES = ""


def parse_response_head(data, method):
    (version, status, reason), fields = split_head(data, STATUS_LINE)
    return Head(method, "", version, status, reason, fields)
