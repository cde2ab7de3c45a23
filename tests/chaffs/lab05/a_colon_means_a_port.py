"""Reads the port after the last colon of the authority, and an empty one is no number."""

FAILS = "origin_of_takes_the_authority_apart"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def origin_of(request):
    authority, six, name, _, _ = absolute_form(request)
    port = 80
    if ":" in authority.rpartition("]")[2]:
        port = int(authority.rpartition(":")[2])
    if not 1 <= port <= 65_535:
        raise HttpError(400, f"{port} is no port")
    return Endpoint(six or name, port)
