"""Local and remote swapped: asks for the peer where its own end is wanted."""

FAILS = "local_endpoint_is_the_sockets_own_end"
BELIEVES = "source-is-the-client"


def local_endpoint(sock):
    return endpoint_from(sock.getpeername())
