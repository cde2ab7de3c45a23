"""Takes every number for a port."""

FAILS = "origin_of_refuses_what_names_no_origin"
BELIEVES = "be-liberal"


def origin_of(request):
    _, address, name, port, _ = absolute_form(request)
    return Endpoint(address or name, int(port or 80))
