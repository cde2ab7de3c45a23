"""Takes host and port as they are: a mapped address stays IPv6, a scope is lost."""

FAILS = "local_endpoint_writes_a_mapped_address_as_ipv4"
BELIEVES = "one-spelling"
WRITTEN = "without sight of the checks"


def local_endpoint(sock):
    host, port = sock.getsockname()[:2]
    return Endpoint(host, port)
