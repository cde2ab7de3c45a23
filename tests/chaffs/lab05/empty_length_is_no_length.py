"""Takes a Content-Length without a value for none at all."""

FAILS = "content_length_refuses_a_field_without_a_value"
BELIEVES = "be-liberal"
WRITTEN = "without sight of the checks"


def content_length(head):
    values = values_of(head, "Content-Length")
    if not any(values):
        return None
    if len(values) != 1 or not LENGTH.fullmatch(values[0]):
        raise HttpError(400, "Content-Length is not one number")
    return int(values[0])
