"""Takes the first of several lengths."""

FAILS = "content_length_refuses_several"
BELIEVES = "length-is-any-number"


def content_length(head):
    values = values_of(head, "content-length")
    if not values:
        return None
    if not LENGTH.fullmatch(values[0]):
        raise HttpError(400, "bad length")
    return int(values[0])
