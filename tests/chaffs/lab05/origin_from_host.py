"""Asks the Host field where to go, and not the target."""

FAILS = "origin_of_is_host_and_port_of_the_target"
BELIEVES = "absolute-form-travels"


def origin_of(request):
    host = (values_of(request, "host") or [absolute_form(request)[0]])[0]
    match = re.fullmatch(AUTHORITY, host)
    if not match or not 1 <= int(match[3] or 80) <= 65535:
        raise HttpError(400, "no host")
    return Endpoint(match[1] or match[2], int(match[3] or 80))
