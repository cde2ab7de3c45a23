"""Every step by itself, with names for all, asking for the peer first."""


def local_endpoint(sock):
    address = sock.getsockname()
    endpoint = endpoint_from(address)
    return endpoint


def five_tuple(sock):
    peer_address = sock.getpeername()
    destination = endpoint_from(peer_address)
    source = local_endpoint(sock)
    if sock.type == socket.SOCK_STREAM:
        protocol = "tcp"
    elif sock.type == socket.SOCK_DGRAM:
        protocol = "udp"
    else:
        raise OSError("neither TCP nor UDP")
    return FiveTuple(protocol=protocol, source=source, destination=destination)


def from_other_end(five_tuple):
    new_source = five_tuple.destination
    new_destination = five_tuple.source
    return five_tuple._replace(source=new_source, destination=new_destination)


def can_coexist(a, b):
    if a.protocol != b.protocol:
        return True
    for mine, theirs in ((a.source, b.source), (a.destination, b.destination)):
        if mine.port != theirs.port:
            return True
        if unmapped(mine.host) != unmapped(theirs.host):
            return True
    return False
