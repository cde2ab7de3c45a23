"""Reads a request without a length until the client closes."""

FAILS = "body_framing_of_what_has_no_body"
BELIEVES = "every-message-has-a-body"


def body_framing(head):
    chunked, length = is_chunked(head), content_length(head)
    if head.status and (head.method == "HEAD" or head.status < 200 or head.status in (204, 304)):
        return 0
    if chunked:
        return CHUNKED
    return UNTIL_CLOSE if length is None else length
