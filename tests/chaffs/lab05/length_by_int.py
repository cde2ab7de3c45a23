"""Lets int() decide what a number is."""

FAILS = "content_length_refuses_all_but_decimal_digits"
BELIEVES = "length-is-any-number"


def content_length(head):
    values = values_of(head, "content-length")
    if not values:
        return None
    try:
        length = int(values[0])
    except ValueError as error:
        raise HttpError(400, "no number") from error
    if length < 0 or len(values) > 1:
        raise HttpError(400, "bad length")
    return length
