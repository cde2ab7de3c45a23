"""Knows 100 as the only interim status, and waits for a body after a 103."""

FAILS = "body_framing_of_what_has_no_body"
BELIEVES = "every-message-has-a-body"
WRITTEN = "without sight of the checks"


def body_framing(head):
    chunked, length = is_chunked(head), content_length(head)
    if head.status and (head.method == "HEAD" or head.status in (100, 204, 304)):
        return 0
    if chunked:
        return CHUNKED
    if length is not None:
        return length
    return UNTIL_CLOSE if head.status else 0
