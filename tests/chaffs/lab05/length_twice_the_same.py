"""Forgives two lengths if they are equal."""

FAILS = "content_length_refuses_several"
BELIEVES = "be-liberal"


def content_length(head):
    values = values_of(head, "content-length")
    if len(set(values)) > 1 or not all(LENGTH.fullmatch(value) for value in values):
        raise HttpError(400, "bad length")
    return int(values[0]) if values else None
