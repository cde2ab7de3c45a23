"""Gives an unconnected UDP socket a peer: whoever sent the datagram that waits there."""

FAILS = "five_tuple_of_a_udp_socket_without_a_peer_raises_enotconn"
BELIEVES = "udp-like-tcp"
WRITTEN = "without sight of the checks"


def five_tuple(sock):
    if sock.type == socket.SOCK_STREAM:
        return FiveTuple("tcp", local_endpoint(sock), endpoint_from(sock.getpeername()))
    try:
        peer = sock.getpeername()
    except OSError:
        _, peer = sock.recvfrom(1, socket.MSG_PEEK)
    return FiveTuple("udp", local_endpoint(sock), endpoint_from(peer))
