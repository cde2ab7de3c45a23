"""What the kernel holds for this process: connections, states, queues, in the words of RFC 9293.

Knows no packet, no peer and no journal: it asks the kernel about what is there at this moment.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

from workbench import sock_diag
from workbench.sock_diag import Name

POLL_S = 0.001
TCP_INFO_BYTES = 8 + 24 * 4 + 4 * 8 + 3 * 4  # up to the last field that is read here
SIOCOUTQNSD = 0x894B  # linux/sockios.h: queued and not yet sent

# The kernel's numbers (include/net/tcp_states.h) in the spelling of RFC 9293 §3.3.2.
STATES = {
    1: "ESTABLISHED",
    2: "SYN-SENT",
    3: "SYN-RECEIVED",
    4: "FIN-WAIT-1",
    5: "FIN-WAIT-2",
    6: "TIME-WAIT",
    7: "CLOSED",
    8: "CLOSE-WAIT",
    9: "LAST-ACK",
    10: "LISTEN",
    11: "CLOSING",
    12: "SYN-RECEIVED",  # NEW_SYN_RECV: Linux keeps two kinds
}
PSUTIL_STATES = {
    "FIN_WAIT1": "FIN-WAIT-1",
    "FIN_WAIT2": "FIN-WAIT-2",
    "SYN_RECV": "SYN-RECEIVED",
    "CLOSE": "CLOSED",
    "NONE": "",  # UDP has no states
}


class Unavailable(RuntimeError):
    """This system has no means to tell; the text says which one is missing."""


class Connection(NamedTuple):
    """One row of the kernel's table; `remote` is None without a peer, `state` "" for UDP.

    A connection has one row however many descriptors stand for it (`dup`), and none of them where
    the process has closed it and TCP has not (TIME-WAIT).
    """

    protocol: str
    local: Name
    remote: Name | None
    state: str
    descriptors: tuple[int, ...] = ()

    @property
    def fd(self) -> int | None:
        """Return the lowest descriptor, None if there is none."""
        return min(self.descriptors, default=None)


class AcceptQueue(NamedTuple):
    """Connections that wait for `accept()`; the kernel completes one more than `limit`."""

    waiting: int
    limit: int


class TcpInfo(NamedTuple):
    """What TCP_INFO tells about one connection; times in microseconds, sizes in bytes.

    `snd_cwnd` and `unacked` count segments, `retransmits` those of the connection's whole life. The
    kernel counts a SYN or FIN as one byte in `bytes_acked` and `bytes_received`.
    """

    state: str
    rtt_us: int
    rto_us: int
    mss: int
    snd_cwnd: int
    unacked: int
    retransmits: int
    bytes_acked: int
    bytes_received: int
    segments_out: int
    segments_in: int
    not_sent: int

    def in_words(self) -> str:
        """Return some lines for people; the figures differ from run to run."""
        return "\n".join(
            [
                f"{self.state}; a segment carries up to {self.mss:,} bytes",
                f"a round trip takes about {self.rtt_us / 1000:.3g} ms; "
                f"after {self.rto_us / 1000:.0f} ms without an answer it is sent again",
                f"sent {self.segments_out:,} segments, {self.retransmits:,} of them again; "
                f"{self.unacked:,} under way, {self.snd_cwnd:,} may be (congestion window)",
                f"bytes acknowledged by the peer's kernel: {self.bytes_acked:,}, received from it: "
                f"{self.bytes_received:,}, waiting here to be sent: {self.not_sent:,}",
            ]
        )


def connections(
    kind: Literal["tcp", "udp", "all"] = "tcp", port: int | None = None
) -> list[Connection]:
    """Return what this process holds, at `port` on either side if given. Needs no special right.

    Listeners come first, then by names. Does not block. A socket that is neither bound nor
    connected has no row, and on Linux a TCP socket that is bound and no more has none either.
    Raises ValueError for another kind.
    """
    import psutil

    if kind not in ("tcp", "udp", "all"):
        raise ValueError(f"kind is tcp, udp or all, not {kind!r}")
    rows = psutil.Process().net_connections("inet" if kind == "all" else kind)
    same = _descriptors_of_each_socket()
    return _sorted(
        Connection(
            "tcp" if row.type == socket.SOCK_STREAM else "udp",
            tuple(row.laddr),
            tuple(row.raddr) or None,
            PSUTIL_STATES.get(row.status, row.status.replace("_", "-")),
            same.get(row.fd, (row.fd,)),
        )
        for row in rows
        if port is None or port in (row.laddr.port, row.raddr and row.raddr.port)
    )


def states_of(port: int) -> list[Connection]:
    """Return the kernel's TCP rows at `port`, any process's and those that no process holds.

    So it shows TIME-WAIT and what was closed and lingers in FIN-WAIT-2, which `connections` cannot.
    The rows of the local `port` come first, then their other ends. A TIME-WAIT of earlier may be
    among them, since the kernel gives a free port again: for one connection ask `state_between`.
    Does not block. Raises Unavailable without /proc/net/tcp.
    """
    rows = [row for row in _proc_rows() if port in (row.local[1], row.remote and row.remote[1])]
    return sorted(_sorted(rows), key=lambda row: row.local[1] != port)


def state_between(local: Name, remote: Name) -> str:
    """Return the state of a connection's end at `local`, "CLOSED" if the kernel has none (more).

    It needs no socket, so it shows what follows `close()`. Does not block. Raises Unavailable
    without both sock_diag and /proc/net/tcp.
    """
    ends = (tuple(local[:2]), tuple(remote[:2]))
    try:
        end = sock_diag.end_at(*ends)
    except OSError:  # a system without it, or a sandbox that forbids it
        return next((row.state for row in _proc_rows() if row[1:3] == ends), "CLOSED")
    return STATES[end.state] if end else "CLOSED"


def state(sock: socket.socket) -> str:
    """Return the TCP state of a socket, such as "SYN-SENT" or "CLOSE-WAIT". Does not block.

    Raises Unavailable without TCP_INFO, OSError on a socket that is closed or not TCP.
    """
    return STATES[_tcp_info_bytes(sock)[0]]


def tcp_info(sock: socket.socket) -> TcpInfo:
    """Return what the kernel knows about a connection. Does not block.

    Raises Unavailable without TCP_INFO, OSError on a socket that is closed or not TCP.
    """
    raw = _tcp_info_bytes(sock)
    # struct tcp_info (linux/tcp.h): 8 bytes, 24 words, 4 counters of 8 bytes, words again. Fields
    # are only ever added at its end.
    if len(raw) < TCP_INFO_BYTES:
        raise Unavailable("this kernel's TCP_INFO is too short: it is older than Linux 4.6")
    words = struct.unpack_from("=24I", raw, 8)
    acked, received = struct.unpack_from("=2Q", raw, 8 + 24 * 4 + 16)
    out, came_in, not_sent = struct.unpack_from("=3I", raw, 8 + 24 * 4 + 32)
    return TcpInfo(
        state=STATES[raw[0]],
        rtt_us=words[15],
        rto_us=words[0],
        mss=words[2],
        snd_cwnd=words[18],
        unacked=words[4],
        retransmits=words[23],
        bytes_acked=acked,
        bytes_received=received,
        segments_out=out,
        segments_in=came_in,
        not_sent=not_sent,
    )


def accept_queue(listener: socket.socket) -> AcceptQueue:
    """Return how many complete connections wait for `accept()`, and the backlog. Does not block.

    `listen(b)` gives the limit b (net.core.somaxconn caps it) and yet b + 1 are completed. Raises
    ValueError on a socket that does not listen, Unavailable without TCP_INFO.
    """
    raw = _tcp_info_bytes(listener)
    if STATES[raw[0]] != "LISTEN":
        raise ValueError(f"only a listener has an accept queue; this socket is {STATES[raw[0]]}")
    # On a listener tcpi_unacked and tcpi_sacked mean the queue and its limit.
    return AcceptQueue(*struct.unpack_from("=2I", raw, 8 + 4 * 4))


def unread(sock: socket.socket) -> int:
    """Return the bytes that have arrived and wait for `recv` (FIONREAD). Does not block.

    0 at end of stream. Of UDP it is the size of the next datagram on Linux. OSError on a listener.
    """
    return _ioctl_int(sock, termios.FIONREAD)


def unsent(sock: socket.socket) -> int:
    """Return the bytes that `send` took and the peer's kernel has not acknowledged (SIOCOUTQ).

    A FIN that is under way counts as one. Does not block. Raises Unavailable outside Linux.
    """
    _require_linux("SIOCOUTQ, the bytes of a send queue")
    return _ioctl_int(sock, termios.TIOCOUTQ)


def not_sent(sock: socket.socket) -> int:
    """Return the bytes that `send` took and that have not left yet (SIOCOUTQNSD); see `unsent`."""
    _require_linux("SIOCOUTQNSD, the bytes of a send queue")
    return _ioctl_int(sock, SIOCOUTQNSD)


def wait_until(predicate: Callable[[], object], *, timeout_s: float = 2.0, what: str) -> None:
    """Block until the predicate holds; raise TimeoutError after `timeout_s`, naming `what`."""
    deadline_s = time.monotonic() + timeout_s
    while not predicate():
        if time.monotonic() >= deadline_s:
            raise TimeoutError(f"waited {timeout_s:g} s in vain for: {what}")
        time.sleep(POLL_S)


def has_tcp_info() -> bool:
    """Return whether states, queues and TCP_INFO can be asked for."""
    return sys.platform == "linux" and hasattr(socket, "TCP_INFO")


def has_proc() -> bool:
    """Return whether the kernel's own tables can be read, TIME-WAIT included."""
    return Path("/proc/net/tcp").exists()


def _sorted(rows: Iterable[Connection]) -> list[Connection]:
    def order(row: Connection) -> tuple:
        return (row.state != "LISTEN", row.protocol, row.local, row.remote or ("", 0))

    return sorted(rows, key=order)


def _descriptors_of_each_socket() -> dict[int, tuple[int, ...]]:
    """Return for each descriptor all that stand for the same socket: psutil gives only one."""
    if not has_proc():
        return {}
    by_socket: dict[str, list[int]] = {}
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # another thread closed it, or it was this listing's own
            by_socket.setdefault(os.readlink(link), []).append(int(link.name))
    return {fd: tuple(sorted(fds)) for fds in by_socket.values() for fd in fds}


def _proc_rows() -> list[Connection]:
    if not has_proc():
        raise Unavailable("this system has no /proc/net/tcp, the kernel's table of connections")
    rows = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if Path(table).exists():  # tcp6 is missing where IPv6 is switched off
            lines = Path(table).read_text(encoding="ascii").splitlines()[1:]
            rows += [_proc_row(line.split()) for line in lines]
    return rows


def _proc_row(fields: list[str]) -> Connection:
    remote = _proc_name(fields[2])
    return Connection(
        "tcp", _proc_name(fields[1]), remote if remote[1] else None, STATES[int(fields[3], 16)]
    )


def _proc_name(text: str) -> Name:
    """Return (host, port): /proc prints an address as words of 32 bits in the host's byte order."""
    address, port = text.split(":")
    words = [int(address[at : at + 8], 16) for at in range(0, len(address), 8)]
    family = socket.AF_INET if len(words) == 1 else socket.AF_INET6
    return socket.inet_ntop(family, struct.pack(f"={len(words)}I", *words)), int(port, 16)


def _tcp_info_bytes(sock: socket.socket) -> bytes:
    if not has_tcp_info():
        raise Unavailable("this system has no TCP_INFO, by which Linux tells a socket's state")
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)


def _require_linux(what: str) -> None:
    if sys.platform != "linux":
        raise Unavailable(f"this system has no {what}; Linux has")


def _ioctl_int(sock: socket.socket, request: int) -> int:
    return struct.unpack("@i", fcntl.ioctl(sock, request, bytes(4)))[0]
