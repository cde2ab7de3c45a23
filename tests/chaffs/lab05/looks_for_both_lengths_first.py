"""Looks at the Content-Length before the coding, and says 400 where the coding alone makes it a 501."""

FAILS = "is_chunked_tells_a_coding_that_it_can_not_from_a_wrong_one"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def is_chunked(head):
    if not values_of(head, "Transfer-Encoding"):
        return False
    if values_of(head, "Content-Length") or head.version == "HTTP/1.0":
        raise HttpError(400, "two lengths, or chunks in HTTP/1.0")
    codings = tokens_of(head, "Transfer-Encoding")
    if codings != ["chunked"]:
        raise HttpError(501 if codings[-1] == "chunked" else 400, "unknown coding")
    return True
