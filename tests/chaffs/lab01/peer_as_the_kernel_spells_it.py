"""Uses local_endpoint for its own end and writes the peer as getpeername spells it."""

FAILS = "five_tuple_writes_mapped_addresses_as_ipv4"
BELIEVES = "one-spelling"
WRITTEN = "without sight of the checks"


def five_tuple(sock):
    protocol = "tcp" if sock.type == socket.SOCK_STREAM else "udp"
    host, port, *_ = sock.getpeername()
    return FiveTuple(protocol, local_endpoint(sock), Endpoint(host, port))
