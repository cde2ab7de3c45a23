"""Believes the length in the answer to a HEAD."""

FAILS = "body_framing_of_what_has_no_body"
BELIEVES = "every-message-has-a-body"


def body_framing(head):
    chunked, length = is_chunked(head), content_length(head)
    if head.status and (head.status < 200 or head.status in (204, 304)):
        return 0
    if chunked:
        return CHUNKED
    return length if length is not None else UNTIL_CLOSE if head.status else 0
