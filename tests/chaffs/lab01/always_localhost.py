"""Takes all addresses of this machine for 127.0.0.1."""

FAILS = "local_endpoint_is_the_address_that_the_client_dialled"
BELIEVES = "same-address"


def local_endpoint(sock):
    return Endpoint("127.0.0.1", sock.getsockname()[1])
