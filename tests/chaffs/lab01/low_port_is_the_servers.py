"""Takes a socket on a port below 32768 for the server's, and names its client as the source."""

FAILS = "five_tuple_source_is_the_end_that_is_asked"
BELIEVES = "source-is-the-client"
WRITTEN = "without sight of the checks"


def five_tuple(sock):
    protocol = "tcp" if sock.type == socket.SOCK_STREAM else "udp"
    name = FiveTuple(protocol, local_endpoint(sock), endpoint_from(sock.getpeername()))
    return from_other_end(name) if name.source.port < 32_768 else name
