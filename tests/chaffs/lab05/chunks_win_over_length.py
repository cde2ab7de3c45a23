"""Lets chunked win if there is a length, too, as the old RFC had it."""

FAILS = "is_chunked_refuses_both_lengths"
BELIEVES = "both-lengths-is-fine"


def is_chunked(head):
    codings = tokens_of(head, "transfer-encoding")
    if codings and codings != ["chunked"]:
        raise HttpError(501, "transfer coding")
    if codings and head.version == "HTTP/1.0":
        raise HttpError(400, "HTTP/1.0")
    return bool(codings)
