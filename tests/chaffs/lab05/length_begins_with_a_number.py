"""Reads the digits at the beginning of the value, and does not look at what stands behind them."""

FAILS = "content_length_refuses_all_but_decimal_digits"
BELIEVES = "length-is-any-number"
WRITTEN = "without sight of the checks"


def content_length(head):
    values = values_of(head, "Content-Length")
    if not values:
        return None
    match = LENGTH.match(values[0])
    if len(values) != 1 or not match:
        raise HttpError(400, "Content-Length is not one number")
    return int(match[0])
