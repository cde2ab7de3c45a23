"""Lab 01: what names a connection?

Gives a connection its name, as the kernel knows it. Knows nothing of what is sent over it.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import NamedTuple


class Endpoint(NamedTuple):
    """One end of a connection: a numeric address and a port number."""

    host: str
    port: int


class FiveTuple(NamedTuple):
    """The name of a connection, as one of its two ends sees it. `source` is the local end."""

    protocol: str  # "tcp" or "udp"
    source: Endpoint
    destination: Endpoint


def endpoint_from(address: tuple) -> Endpoint:
    """An Endpoint from what `getsockname`, `getpeername`, `accept` or `recvfrom` return. Given.

    IPv4 addresses have two parts, IPv6 addresses four: host, port, flow info, scope id. Flow
    info is not kept; a scope id is, since fe80::1 exists on every link (RFC 4007 §11).
    """
    if len(address) == 2:
        return Endpoint(*address)
    host, port, _, scope_id = address
    return Endpoint(unmapped(f"{host}%{scope_id}" if scope_id else host), port)


def unmapped(host: str) -> str:
    """`host` (an address as text), as IPv4 if it is an IPv4-mapped IPv6 address. Given.

    A listener on `::` sees the IPv4 client 127.0.0.1 as `::ffff:127.0.0.1`, which is another
    spelling of the same address (RFC 4291 §2.5.5.2).
    """
    if "ffff" not in host.lower():
        return host  # most are not, and to take an address apart takes time
    return str(ipaddress.IPv6Address(host).ipv4_mapped or host)


def local_endpoint(sock: socket.socket) -> Endpoint:  # exercise
    """The name of this socket's own end, whoever connected to whom.

    Returns an Endpoint(host, port): host as text, port as a number. Works for connected
    sockets and for listeners, TCP and UDP, IPv4 and IPv6. `endpoint_from` turns the address
    that a socket method returns into an Endpoint.

    Does not block, and sends nothing: the kernel knows the answer. Does not close `sock`.
    Raises OSError if `sock` is closed.
    """
    return endpoint_from(sock.getsockname())


def five_tuple(sock: socket.socket) -> FiveTuple:  # exercise
    """The name of the connection that `sock` is one end of, as seen from this end.

    Returns a FiveTuple(protocol, source, destination): "tcp" for a stream socket, "udp" for a
    datagram socket (`sock.type` tells; `sock.proto` is often 0); source is this end;
    destination is the other one.

    Does not block, and sends nothing. Does not close `sock`. A socket without a peer, such as
    a listener, names no connection: raises OSError (ENOTCONN). Raises OSError if it is closed.
    """
    protocol = {socket.SOCK_STREAM: "tcp", socket.SOCK_DGRAM: "udp"}[sock.type]
    return FiveTuple(protocol, local_endpoint(sock), endpoint_from(sock.getpeername()))


def from_other_end(five_tuple: FiveTuple) -> FiveTuple:  # exercise
    """The same connection's name as its other end sees it. No I/O.

    Returns a new FiveTuple; the one given is not changed. Doing it twice gives the original.
    """
    return FiveTuple(five_tuple.protocol, five_tuple.destination, five_tuple.source)


def can_coexist(a: FiveTuple, b: FiveTuple) -> bool:  # exercise
    """May one host hold a connection end named `a` and another one named `b` at the same time?

    Compares names only. Returns False exactly when protocol, source and destination are all
    equal: the kernel could not tell which of the two a packet is for (RFC 9293 §3.4.1, where
    "socket" means what is called Endpoint here). In any other case True: so a name and its
    reverse may coexist, being the two ends of one connection on loopback.

    An IPv4-mapped address equals the IPv4 one: `unmapped(host)` writes ::ffff:127.0.0.1 as
    127.0.0.1. can_coexist(a, b) == can_coexist(b, a). No I/O.
    """

    def canonical(name: FiveTuple) -> tuple:
        ends = (name.source, name.destination)
        return name.protocol, *((unmapped(end.host), end.port) for end in ends)

    return canonical(a) != canonical(b)
