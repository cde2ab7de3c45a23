"""Takes a request for a response: no HEAD has a body."""

FAILS = "body_framing_is_what_the_fields_say"
BELIEVES = ""


def body_framing(head):
    chunked, length = is_chunked(head), content_length(head)
    if head.method == "HEAD" or 100 <= head.status < 200 or head.status in (204, 304):
        return 0
    if chunked:
        return CHUNKED
    return length if length is not None else UNTIL_CLOSE if head.status else 0
