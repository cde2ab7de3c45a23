"""Knows two ways in which a body ends, and without a length there is none."""

FAILS = "body_framing_of_a_response_without_length_and_chunks"
BELIEVES = "close-ends-message"


def body_framing(head):
    chunked, length = is_chunked(head), content_length(head)
    if head.status and (head.method == "HEAD" or head.status < 200 or head.status in (204, 304)):
        return 0
    return CHUNKED if chunked else length or 0
