"""Compares the coding as it is written."""

FAILS = "is_chunked_when_transfer_encoding_says_so"
BELIEVES = "names-are-exact"


def is_chunked(head):
    codings = values_of(head, "transfer-encoding")
    if codings and codings != ["chunked"]:
        raise HttpError(501, "transfer coding")
    if codings and (head.version == "HTTP/1.0" or values_of(head, "content-length")):
        raise HttpError(400, "both")
    return bool(codings)
