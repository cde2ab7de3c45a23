"""Does not look at the lengths where there is no body."""

FAILS = "body_framing_refuses_a_contradiction_even_without_a_body"
BELIEVES = "both-lengths-is-fine"


def body_framing(head):
    if head.status and (head.method == "HEAD" or head.status < 200 or head.status in (204, 304)):
        return 0
    if is_chunked(head):
        return CHUNKED
    length = content_length(head)
    return length if length is not None else UNTIL_CLOSE if head.status else 0
