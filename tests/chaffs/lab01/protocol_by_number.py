"""Asks sock.proto, which is 0 for most sockets."""

FAILS = "five_tuple_protocol_is_tcp_or_udp"
BELIEVES = "addresses-are-enough"


def five_tuple(sock):
    protocol = {socket.IPPROTO_TCP: "tcp", socket.IPPROTO_UDP: "udp"}.get(sock.proto, "")
    return FiveTuple(protocol, local_endpoint(sock), endpoint_from(sock.getpeername()))
