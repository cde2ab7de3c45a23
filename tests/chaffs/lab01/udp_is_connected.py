"""Takes a UDP socket for connected from the start, with a peer that is not known yet."""

FAILS = "five_tuple_of_a_udp_socket_without_a_peer_raises_enotconn"
BELIEVES = "udp-like-tcp"


def five_tuple(sock):
    protocol = {socket.SOCK_STREAM: "tcp", socket.SOCK_DGRAM: "udp"}[sock.type]
    try:
        destination = endpoint_from(sock.getpeername())
    except OSError:
        if protocol == "tcp":
            raise
        destination = Endpoint("0.0.0.0", 0)
    return FiveTuple(protocol, local_endpoint(sock), destination)
