"""Writes only the destination's port as text."""

FAILS = "five_tuple_ports_are_numbers"
BELIEVES = "port-is-text"


def five_tuple(sock):
    protocol = {socket.SOCK_STREAM: "tcp", socket.SOCK_DGRAM: "udp"}[sock.type]
    host, port = sock.getpeername()[:2]
    return FiveTuple(protocol, local_endpoint(sock), Endpoint(unmapped(host), str(port)))
