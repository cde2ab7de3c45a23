"""One expression for each exercise."""


def local_endpoint(sock):
    return endpoint_from(sock.getsockname())


def five_tuple(sock):
    kind = "udp" if sock.type == socket.SOCK_DGRAM else "tcp"
    return FiveTuple(kind, *map(endpoint_from, (sock.getsockname(), sock.getpeername())))


def from_other_end(five_tuple):
    return FiveTuple(five_tuple[0], *five_tuple[:0:-1])


def can_coexist(a, b):
    return repr(a).replace("::ffff:", "") != repr(b).replace("::ffff:", "")
