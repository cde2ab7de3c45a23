"""Writes 0.0.0.0 as 127.0.0.1 and :: as ::1, "where one reaches it"."""

FAILS = "local_endpoint_of_a_listener_at_every_address_says_so"
BELIEVES = "same-address"
WRITTEN = "without sight of the checks"


def local_endpoint(sock):
    host, port = endpoint_from(sock.getsockname())
    return Endpoint({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)
