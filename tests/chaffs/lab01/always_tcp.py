"""Takes it for granted that a socket is a TCP socket."""

FAILS = "five_tuple_protocol_is_tcp_or_udp"
BELIEVES = "addresses-are-enough"


def five_tuple(sock):
    return FiveTuple("tcp", local_endpoint(sock), endpoint_from(sock.getpeername()))
