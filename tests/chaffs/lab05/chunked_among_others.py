"""Looks whether the word chunked is there somewhere."""

FAILS = "is_chunked_does_not_guess_at_other_codings"
BELIEVES = "be-liberal"


def is_chunked(head):
    codings = ",".join(tokens_of(head, "transfer-encoding"))
    if codings and "chunked" not in codings:
        raise HttpError(501, "transfer coding")
    if codings and (head.version == "HTTP/1.0" or values_of(head, "content-length")):
        raise HttpError(400, "both")
    return bool(codings)
