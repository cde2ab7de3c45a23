"""Names a connection by its two ends only."""

FAILS = "five_tuple_begins_with_the_protocol"
BELIEVES = "addresses-are-enough"


def five_tuple(sock):
    return FiveTuple(None, local_endpoint(sock), endpoint_from(sock.getpeername()))
