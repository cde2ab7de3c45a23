"""Asks if the length is true, so a length of 0 counts as none and the answer goes on until the close."""

FAILS = "body_framing_is_what_the_fields_say"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def body_framing(head):
    chunked, length = is_chunked(head), content_length(head)
    if head.status and (head.method == "HEAD" or head.status < 200 or head.status in (204, 304)):
        return 0
    if chunked:
        return CHUNKED
    if length:
        return length
    return UNTIL_CLOSE if head.status else 0
