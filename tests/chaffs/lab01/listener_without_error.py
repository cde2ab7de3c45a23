"""Gives the listener a name with an empty peer."""

FAILS = "five_tuple_of_a_listener_raises_enotconn"
BELIEVES = "listener-is-half"


def five_tuple(sock):
    protocol = {socket.SOCK_STREAM: "tcp", socket.SOCK_DGRAM: "udp"}[sock.type]
    try:
        peer = endpoint_from(sock.getpeername())
    except OSError:
        peer = None
    return FiveTuple(protocol, local_endpoint(sock), peer)
