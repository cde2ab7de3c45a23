"""Turns the port into a number before it asks if there is one, so port 0 becomes 80."""

FAILS = "origin_of_refuses_what_names_no_origin"
BELIEVES = "be-liberal"
WRITTEN = "without sight of the checks"


def origin_of(request):
    _, six, name, port, _ = absolute_form(request)
    number = int(port or 0) or 80
    if number > 65_535:
        raise HttpError(400, f"{number} is no port")
    return Endpoint(six or name, number)
