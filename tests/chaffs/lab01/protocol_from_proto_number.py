"""Reads the protocol from `sock.proto`, which is 0 for most sockets."""

FAILS = "five_tuple_tells_udp_from_tcp"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def five_tuple(sock):
    protocol = "udp" if sock.proto == socket.IPPROTO_UDP else "tcp"
    return FiveTuple(protocol, local_endpoint(sock), endpoint_from(sock.getpeername()))
