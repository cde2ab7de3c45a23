"""Takes a Transfer-Encoding without a value for none at all."""

FAILS = "is_chunked_does_not_guess_at_other_codings"
BELIEVES = "be-liberal"
WRITTEN = "without sight of the checks"


def is_chunked(head):
    codings = [coding for coding in tokens_of(head, "Transfer-Encoding") if coding]
    if not codings:
        return False
    if codings != ["chunked"]:
        raise HttpError(501 if codings[-1] == "chunked" else 400, "unknown coding")
    if values_of(head, "Content-Length") or head.version == "HTTP/1.0":
        raise HttpError(400, "two lengths, or chunks in HTTP/1.0")
    return True
