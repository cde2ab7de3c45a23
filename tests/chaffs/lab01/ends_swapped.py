"""Puts the peer first, as if every socket were the server's."""

FAILS = "five_tuple_source_is_the_end_that_is_asked"
BELIEVES = "source-is-the-client"


def five_tuple(sock):
    protocol = "tcp" if sock.type == socket.SOCK_STREAM else "udp"
    return FiveTuple(protocol, endpoint_from(sock.getpeername()), local_endpoint(sock))
