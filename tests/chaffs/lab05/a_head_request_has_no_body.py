"""Thinks that HEAD itself has no body, whatever its fields say: what comes is then the next request."""

FAILS = "body_framing_is_what_the_fields_say"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def body_framing(head):
    chunked, length = is_chunked(head), content_length(head)
    if head.method == "HEAD" or 100 <= head.status < 200 or head.status in (204, 304):
        return 0
    if chunked:
        return CHUNKED
    if length is not None:
        return length
    return UNTIL_CLOSE if head.status else 0
