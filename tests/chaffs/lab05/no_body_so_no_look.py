"""Does not look at the lengths of a response that has no body, so it forwards one that contradicts itself."""

FAILS = "body_framing_refuses_a_contradiction_even_without_a_body"
BELIEVES = "both-lengths-is-fine"
WRITTEN = "without sight of the checks"


def body_framing(head):
    if head.status and (head.method == "HEAD" or head.status < 200 or head.status in (204, 304)):
        return 0
    chunked, length = is_chunked(head), content_length(head)
    if chunked:
        return CHUNKED
    if length is not None:
        return length
    return UNTIL_CLOSE if head.status else 0
