"""Takes the address as it comes, so that one connection has two spellings."""

FAILS = "local_endpoint_writes_a_mapped_address_as_ipv4"
BELIEVES = "one-spelling"


def local_endpoint(sock):
    return Endpoint(*sock.getsockname()[:2])
