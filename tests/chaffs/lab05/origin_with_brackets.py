"""Leaves the brackets on an IPv6 address: they are in the URL."""

FAILS = "origin_of_is_host_and_port_of_the_target"
BELIEVES = "absolute-form-travels"


def origin_of(request):
    _, address, name, port, _ = absolute_form(request)
    if not 1 <= int(port or 80) <= 65_535:
        raise HttpError(400, "no port")
    return Endpoint(f"[{address}]" if address else name, int(port or 80))
