"""Asks the socket inside a `with` block, as one does with files, and so closes it."""

FAILS = "five_tuple_leaves_the_socket_open"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def five_tuple(sock):
    with sock:
        protocol = "tcp" if sock.type == socket.SOCK_STREAM else "udp"
        return FiveTuple(
            protocol, endpoint_from(sock.getsockname()), endpoint_from(sock.getpeername())
        )
