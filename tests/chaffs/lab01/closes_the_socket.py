"""Closes the socket when it has asked, as if it were its own."""

FAILS = "five_tuple_leaves_the_socket_open"
BELIEVES = ""


def five_tuple(sock):
    protocol = {socket.SOCK_STREAM: "tcp", socket.SOCK_DGRAM: "udp"}[sock.type]
    with sock:
        return FiveTuple(protocol, local_endpoint(sock), endpoint_from(sock.getpeername()))
