"""What the kernel knows of one TCP connection, asked for by its names: sock_diag(7), on Linux.

/proc/net/tcp would tell it, too, but it lists all: with 60,000 connections in TIME-WAIT each look
takes 0.3 s. Needs no descriptor of the connection and no special right. Knows no other table.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from typing import NamedTuple

Name = tuple[str, int]  # (host, port)

SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, NLMSG_ERROR, NETLINK_SOCK_DIAG = 20, 1, 2, 4
HEADER = struct.Struct("=LHHLL")  # nlmsghdr: length, type, flags, sequence, port
REQUEST = struct.Struct("=BBBBL")  # inet_diag_req_v2: family, protocol, extensions, pad, states
ANSWER = struct.Struct("=BBxx36s16xL")  # inet_diag_msg: family, state, names, ... bytes unread
ALL_STATES, ANY_INTERFACE, NO_COOKIE = 0xFFFFFFFF, bytes(4), b"\xff" * 8
ANSWER_BYTES = 4096


class End(NamedTuple):
    """One end of a connection: its state as the kernel's number, and the bytes not yet read."""

    state: int
    unread: int


def end_at(local: Name, remote: Name) -> End | None:
    """Return the end at `local` of the connection with `remote`, None if there is none (more).

    An end that is an IPv6 socket is found by IPv4 names, too, and the other way round. Does not
    block. Raises OSError where the kernel does not answer such questions.
    """
    family = socket.AF_INET6 if ":" in local[0] else socket.AF_INET
    names = _packed(family, local, remote)
    if not hasattr(socket, "AF_NETLINK"):
        raise OSError(errno.EPROTONOSUPPORT, "sock_diag is Linux's")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_SOCK_DIAG) as kernel:
        kernel.sendto(_question(family, names), (0, 0))
        return _answered(kernel.recv(ANSWER_BYTES), _as_ipv6(family, names))


def _packed(family: socket.AddressFamily, local: Name, remote: Name) -> bytes:
    hosts = (socket.inet_pton(family, host).ljust(16, b"\0") for host, _ in (local, remote))
    return struct.pack("!HH", local[1], remote[1]) + b"".join(hosts)


def _question(family: socket.AddressFamily, names: bytes) -> bytes:
    body = REQUEST.pack(family, socket.IPPROTO_TCP, 0, 0, ALL_STATES)
    body += names + ANY_INTERFACE + NO_COOKIE
    size = HEADER.size + len(body)
    return HEADER.pack(size, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0) + body


def _answered(answer: bytes, names: bytes) -> End | None:
    if HEADER.unpack_from(answer)[1] == NLMSG_ERROR:
        error = -struct.unpack_from("=i", answer, HEADER.size)[0]
        if error == errno.ENOENT:
            return None
        raise OSError(error, os.strerror(error))
    family, state, found, unread = ANSWER.unpack_from(answer, HEADER.size)
    # Where there is no such connection, the kernel answers with a listener at the local port.
    return End(state, unread) if _as_ipv6(family, found) == names else None


def _as_ipv6(family: int, names: bytes) -> bytes:
    """The kernel answers in the words of the socket that it found: IPv4 may stand in IPv6."""
    if family == socket.AF_INET6:
        return names
    hosts = (names[at : at + 4] for at in (4, 20))
    return names[:4] + b"".join(bytes(10) + b"\xff\xff" + host for host in hosts)
