"""Gives a socket without a peer the destination ("", 0), as `ss` prints it with stars."""

FAILS = "five_tuple_of_a_listener_raises_enotconn"
BELIEVES = "listener-is-half"
WRITTEN = "without sight of the checks"


def five_tuple(sock):
    protocol = "tcp" if sock.type == socket.SOCK_STREAM else "udp"
    source = local_endpoint(sock)
    try:
        destination = endpoint_from(sock.getpeername())
    except OSError:
        destination = Endpoint("", 0)
    return FiveTuple(protocol, source, destination)
