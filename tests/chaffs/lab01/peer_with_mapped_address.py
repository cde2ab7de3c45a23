"""Writes its own end plainly, but takes the peer's address as it comes."""

FAILS = "five_tuple_writes_mapped_addresses_as_ipv4"
BELIEVES = "one-spelling"


def five_tuple(sock):
    protocol = {socket.SOCK_STREAM: "tcp", socket.SOCK_DGRAM: "udp"}[sock.type]
    return FiveTuple(protocol, local_endpoint(sock), Endpoint(*sock.getpeername()[:2]))
