"""Names a connection by its two ends only."""

FAILS = "five_tuple_protocol_is_tcp_or_udp"
BELIEVES = "addresses-are-enough"


def five_tuple(sock):
    return FiveTuple(None, local_endpoint(sock), endpoint_from(sock.getpeername()))
