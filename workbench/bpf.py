"""A packet socket on loopback that hands over one TCP port's packets, each once.

Knows no conversation, no row and no file: frames come out as the kernel queued them.

The filter is classic BPF, assembled here because compiling one from text needs libpcap, which a
student's machine may not have.
"""

from __future__ import annotations

import ctypes
import select
import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

LOOPBACK = "lo"
SNAP_BYTES = 1024  # headers and an HTTP head; a segment of 64 KiB would fill a recording at once
QUEUE_BYTES = 64 << 20  # only a limit: the kernel takes memory as packets come

# From the kernel's headers, where Python's socket module has no name for them.
ETH_P_ALL = 3
SO_ATTACH_FILTER = 26
SO_RCVBUFFORCE = 33
SO_TIMESTAMPNS = 35
SOL_PACKET = 263
PACKET_STATISTICS = 6

# Opcodes (linux/bpf_common.h): load a word, half-word or byte at a fixed place, load a half-word
# after the IPv4 header, whose length goes into X, compare, return.
LD_WORD, LD_HALF, LD_BYTE, LD_HALF_AFTER_X, LD_X_HEADER = 0x20, 0x28, 0x30, 0x48, 0xB1
JUMP_IF_EQUAL, RETURN = 0x15, 0x06

PACKET_TYPE = 0xFFFFF000 + 4  # SKF_AD_OFF + SKF_AD_PKTTYPE: not in the packet, but about it
ETHERTYPE_IPV4, ETHERTYPE_IPV6 = 0x0800, 0x86DD


class Frame(NamedTuple):
    """One packet from its Ethernet header on; of `wire_bytes`, SNAP_BYTES at most are in `data`."""

    at_s: float
    data: bytes
    wire_bytes: int


class Step(NamedTuple):
    """One BPF instruction; jumps name the step they go to, "" is the next one."""

    opcode: int
    operand: int
    if_equal: str = ""
    if_not: str = ""
    name: str = ""


def tcp_port_filter(port: int) -> list[Step]:
    """Return the program that keeps TCP packets from or to `port`, over IPv4 and IPv6.

    Loopback shows a packet twice, going out and coming in. The outgoing copy is the one to keep:
    the kernel queues it inside the very call that sends it, whereas a busy machine leaves the
    incoming one to ksoftirqd, for later.
    """
    return [
        Step(LD_WORD, PACKET_TYPE),
        Step(JUMP_IF_EQUAL, socket.PACKET_OUTGOING, if_not="drop"),
        Step(LD_HALF, 12),
        Step(JUMP_IF_EQUAL, ETHERTYPE_IPV6, if_equal="ipv6"),
        Step(JUMP_IF_EQUAL, ETHERTYPE_IPV4, if_not="drop"),
        Step(LD_BYTE, 14 + 9),
        Step(JUMP_IF_EQUAL, socket.IPPROTO_TCP, if_not="drop"),
        Step(LD_X_HEADER, 14),
        Step(LD_HALF_AFTER_X, 14),
        Step(JUMP_IF_EQUAL, port, if_equal="keep"),
        Step(LD_HALF_AFTER_X, 14 + 2),
        Step(JUMP_IF_EQUAL, port, if_equal="keep", if_not="drop"),
        Step(LD_BYTE, 14 + 6, name="ipv6"),
        Step(JUMP_IF_EQUAL, socket.IPPROTO_TCP, if_not="drop"),
        Step(LD_HALF, 14 + 40),
        Step(JUMP_IF_EQUAL, port, if_equal="keep"),
        Step(LD_HALF, 14 + 40 + 2),
        Step(JUMP_IF_EQUAL, port, if_equal="keep", if_not="drop"),
        Step(RETURN, 0, name="drop"),
        Step(RETURN, SNAP_BYTES, name="keep"),
    ]


def assemble(steps: list[Step]) -> bytes:
    """Return the steps as an array of `struct sock_filter`, jumps counted from the next step."""
    places = {step.name: place for place, step in enumerate(steps) if step.name}

    def distance(target: str, here: int) -> int:
        return places[target] - here - 1 if target else 0

    return b"".join(
        struct.pack(
            "=HBBI",
            step.opcode,
            distance(step.if_equal, here),
            distance(step.if_not, here),
            step.operand,
        )
        for here, step in enumerate(steps)
    )


def open_tap(port: int) -> socket.socket:
    """Return a packet socket that queues the packets of TCP `port` on loopback from now on.

    Does not block. Raises PermissionError without CAP_NET_RAW, another OSError where the system
    has no packet sockets or no `lo`. The caller closes it.
    """
    if not hasattr(socket, "AF_PACKET"):
        raise OSError("this system has no packet sockets (AF_PACKET is Linux's)")
    # Protocol 0 receives nothing: no foreign packet slips in before the filter is in place.
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    try:
        attach(tap, tcp_port_filter(port))
        enlarge_queue(tap)
        tap.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        tap.setblocking(False)
        tap.bind((LOOPBACK, ETH_P_ALL))
    except OSError:
        tap.close()
        raise
    return tap


def attach(tap: socket.socket, steps: list[Step]) -> None:
    """Let the kernel run the filter on each packet before it is queued."""
    program = ctypes.create_string_buffer(assemble(steps))
    filter_of_program = struct.pack("@HP", len(steps), ctypes.addressof(program))
    tap.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, filter_of_program)


def enlarge_queue(tap: socket.socket) -> None:
    """Ask for QUEUE_BYTES; without CAP_NET_ADMIN take what net.core.rmem_max allows."""
    try:
        tap.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, QUEUE_BYTES)
    except PermissionError:
        tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, QUEUE_BYTES)


def queued_frames(tap: socket.socket, wait_s: float = 0.0) -> Iterator[Frame]:
    """Yield the frames that are queued; wait for the first at most `wait_s`, then for none."""
    select.select([tap], [], [], wait_s)
    while True:
        try:
            # MSG_TRUNC is of no use here: it counts what the filter kept, not what was sent.
            data, ancillary, _, _ = tap.recvmsg(SNAP_BYTES, socket.CMSG_SPACE(16))
        except BlockingIOError:
            return
        yield Frame(timestamp_s(ancillary), data, wire_bytes(data))


def timestamp_s(ancillary: list[tuple[int, int, bytes]]) -> float:
    """Return the kernel's own time of the packet: ours would be that of the reading."""
    seconds, nanoseconds = struct.unpack("@ll", ancillary[0][2])
    return seconds + nanoseconds / 1e9


def wire_bytes(data: bytes) -> int:
    """Return the length on the wire, from the IP header: `data` may be cut short."""
    if int.from_bytes(data[12:14], "big") == ETHERTYPE_IPV4:
        return 14 + int.from_bytes(data[16:18], "big")
    return 14 + 40 + int.from_bytes(data[18:20], "big")


def dropped_packets(tap: socket.socket) -> int:
    """Return how many packets did not fit into the queue; reading sets the count to zero."""
    statistics = tap.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
    return struct.unpack("@II", statistics)[1]
