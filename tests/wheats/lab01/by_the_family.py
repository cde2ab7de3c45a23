"""Without the given helpers: asks the socket's family and option, and strips the prefix itself."""


def plain(address):
    host = address[0].removeprefix("::ffff:") if "." in address[0] else address[0]
    if len(address) == 4 and address[3]:
        host = f"{host}%{address[3]}"
    return Endpoint(host, address[1])


def local_endpoint(sock):
    return plain(sock.getsockname())


def five_tuple(sock):
    kind = sock.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE)
    names = {int(socket.SOCK_STREAM): "tcp", int(socket.SOCK_DGRAM): "udp"}
    return FiveTuple(names[kind], plain(sock.getsockname()), plain(sock.getpeername()))


def from_other_end(five_tuple):
    protocol, here, there = five_tuple
    return FiveTuple(protocol, there, here)


def can_coexist(a, b):
    def key(name):
        return {
            ("protocol", name.protocol),
            *(("from", part) for part in plain(name.source)),
            *(("to", part) for part in plain(name.destination)),
        }

    return bool(key(a) ^ key(b))
