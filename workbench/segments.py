"""TCP segments sorted into connections, and told as rows: exact, in outline, or as a story.

Knows no socket, no file and no filter: packets come in, plain data goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from workbench.timeline import Arrow, Story

if TYPE_CHECKING:
    from scapy.packet import Packet

SEQUENCE_NUMBERS = 1 << 32  # they wrap round (RFC 9293 §3.4)

# The two ECN flags are left out: a system that offers ECN would tell another story from the same
# exchange.
FLAG_WORDS = {"S": "SYN", "F": "FIN", "R": "RST", "P": "PSH", "A": "ACK", "U": "URG"}


class Row(NamedTuple):
    """One segment in words; `seq` and `ack` count from the first number that each end used.

    `sender` is "client" or "server" (with several clients "client 1", "client 2", …); `flags` are
    words such as "SYN-ACK" or "PSH-ACK"; `ack` is 0 where the ACK flag is missing.
    """

    sender: str
    flags: str
    seq: int
    ack: int
    length: int

    @property
    def label(self) -> str:
        """Return the row without its sender, as Wireshark would write it."""
        parts = [self.flags, f"seq={self.seq}", f"ack={self.ack}", f"len={self.length}"]
        seen = [True, True, self.ack > 0, self.length > 0]
        return " ".join(part for part, shown in zip(parts, seen, strict=True) if shown)

    def __str__(self) -> str:
        return f"{self.sender:<9} {self.label}"


class Segment(NamedTuple):
    """What a packet says about its connection; addresses are (host, port)."""

    at_s: float
    source: tuple[str, int]
    destination: tuple[str, int]
    flags: str
    seq: int
    ack: int
    length: int

    @property
    def is_pure_ack(self) -> bool:
        """Return whether it only acknowledges: when one is sent is the kernel's own affair."""
        return self.flags == "ACK" and self.length == 0

    @property
    def sequence_length(self) -> int:
        """Return how many sequence numbers it takes: SYN and FIN count as one byte each."""
        return self.length + ("SYN" in self.flags) + ("FIN" in self.flags)


def segment_of(packet: Packet) -> Segment:
    """Return the segment in a scapy packet that carries TCP over IPv4 or IPv6.

    The length comes from the headers: the packet may have been cut short by the capture.
    """
    tcp = packet["TCP"]
    if "IPv6" in packet:
        ip = packet["IPv6"]
        tcp_bytes = ip.plen
    else:
        ip = packet["IP"]
        tcp_bytes = ip.len - 4 * ip.ihl
    return Segment(
        float(packet.time),
        (ip.src, tcp.sport),
        (ip.dst, tcp.dport),
        "-".join(word for letter, word in FLAG_WORDS.items() if letter in str(tcp.flags)),
        tcp.seq,
        tcp.ack,
        tcp_bytes - 4 * tcp.dataofs,
    )


class TcpConnection:
    """The segments of one connection, from its SYN on."""

    def __init__(self, syn: Segment) -> None:
        self.client = syn.source
        self.server = syn.destination
        self.segments: list[Segment] = []
        self.first_seq: dict[tuple[str, int], int] = {}
        self._sent_up_to = {self.client: 0, self.server: 0}
        self._acked_up_to = {self.client: 0, self.server: 0}

    def add(self, segment: Segment) -> None:
        """Take the next segment of this connection."""
        self.first_seq.setdefault(segment.source, segment.seq)
        self.segments.append(segment)
        end = self.relative_seq(segment) + segment.sequence_length
        sender, receiver = segment.source, segment.destination
        self._sent_up_to[sender] = max(self._sent_up_to[sender], end)
        self._acked_up_to[receiver] = max(self._acked_up_to[receiver], self.relative_ack(segment))

    def relative_seq(self, segment: Segment) -> int:
        """Return the sequence number, counted from the sender's first."""
        return (segment.seq - self.first_seq[segment.source]) % SEQUENCE_NUMBERS

    def relative_ack(self, segment: Segment) -> int:
        """Return the acknowledgment number, counted from the other end's first; 0 if there's none.

        RFC 9293 §3.1: without the ACK flag the field means nothing.
        """
        if "ACK" not in segment.flags or segment.destination not in self.first_seq:
            return 0
        return (segment.ack - self.first_seq[segment.destination]) % SEQUENCE_NUMBERS

    def is_settled(self) -> bool:
        """Return whether neither end owes a packet: reset, or all acknowledged and no lone FIN."""
        if any("RST" in segment.flags for segment in self.segments):
            return True
        finished = {segment.source for segment in self.segments if "FIN" in segment.flags}
        return self._acked_up_to == self._sent_up_to and len(finished) != 1

    def row(self, segment: Segment, client_name: str) -> Row:
        """Return the segment as a row."""
        return Row(
            client_name if segment.source == self.client else "server",
            segment.flags,
            self.relative_seq(segment),
            self.relative_ack(segment),
            segment.length,
        )

    def outline(self, client_name: str) -> list[Row]:
        """Return what both ends said, however the kernel cut and acknowledged it."""
        rows: list[Row] = []
        said_up_to = {client_name: 0, "server": 0}
        for segment in self.segments:
            row = self.row(segment, client_name)
            for part in parts_of(row, said_up_to[row.sender]):
                said_up_to[row.sender] = part.seq + max(part.length, part.flags != "RST")
                if rows and part.flags == "data" and rows[-1][:2] == (part.sender, "data"):
                    rows[-1] = rows[-1]._replace(length=rows[-1].length + part.length)
                elif part.flags != "RST" or part[:2] not in [earlier[:2] for earlier in rows]:
                    rows.append(part)
        return rows


def parts_of(row: Row, said_up_to: int) -> Iterator[Row]:
    """Yield what is new in a row: a SYN, data not sent before, a FIN, an RST; each by itself."""
    words = row.flags.split("-")
    if "SYN" in words and said_up_to == 0:
        yield row
    start = max(row.seq, said_up_to)
    end = row.seq + row.length
    if row.length and start < end:
        yield row._replace(flags="data", seq=start, length=end - start)
    if "FIN" in words and end >= said_up_to:
        yield row._replace(flags="FIN", seq=end, length=0)
    if "RST" in words:
        yield row._replace(flags="RST", length=0)


class Connections:
    """All connections of a capture, in the order of their first SYN.

    A packet of a connection whose SYN was not seen belongs to an earlier story: it is counted in
    `left_out` and not told.
    """

    def __init__(self) -> None:
        self.left_out = 0
        self._all: list[TcpConnection] = []
        self._latest: dict[frozenset[tuple[str, int]], TcpConnection] = {}
        self._in_order: list[tuple[TcpConnection, Segment]] = []

    def add(self, segment: Segment) -> None:
        """Give the segment to its connection; a SYN with a new number begins one."""
        ends = frozenset((segment.source, segment.destination))
        connection = self._latest.get(ends)
        if segment.flags == "SYN" and (
            connection is None or connection.first_seq[connection.client] != segment.seq
        ):
            connection = self._latest[ends] = TcpConnection(segment)
            self._all.append(connection)
        if connection is None:
            self.left_out += 1
            return
        connection.add(segment)
        self._in_order.append((connection, segment))

    def are_settled(self) -> bool:
        """Return whether no connection owes a packet."""
        return all(connection.is_settled() for connection in self._all)

    def client_names(self) -> dict[TcpConnection, str]:
        """Return "client" for an only connection, else "client 1", "client 2", …"""
        if len(self._all) == 1:
            return {self._all[0]: "client"}
        return {connection: f"client {n}" for n, connection in enumerate(self._all, 1)}

    def rows(self, pure_acks: bool) -> list[Row]:
        """Return the segments, one connection after the other."""
        return [
            connection.row(segment, name)
            for connection, name in self.client_names().items()
            for segment in connection.segments
            if pure_acks or not segment.is_pure_ack
        ]

    def outline(self) -> list[Row]:
        """Return what was said, one connection after the other."""
        return [
            row
            for connection, name in self.client_names().items()
            for row in connection.outline(name)
        ]

    def story(self, pure_acks: bool) -> Story:
        """Return all segments, in the order in which they were captured, as arrows."""
        names = self.client_names()
        clients = list(names.values()) or ["client"]
        middle = (len(clients) + 1) // 2
        told = [pair for pair in self._in_order if pure_acks or not pair[1].is_pure_ack]
        times_s = never_backwards(segment.at_s for _, segment in told)
        arrows = [
            arrow(connection.row(segment, names[connection]), names[connection], at_s - times_s[0])
            for (connection, segment), at_s in zip(told, times_s, strict=True)
        ]
        return Story((*clients[:middle], "server", *clients[middle:]), tuple(arrows))


def arrow(row: Row, client_name: str, at_s: float) -> Arrow:
    """Return the row as an arrow; it starts and ends at the one time at which it was captured."""
    receiver = client_name if row.sender == "server" else "server"
    return Arrow(at_s, at_s, row.sender, receiver, row.label)


def never_backwards(times_s: Iterable[float]) -> list[float]:
    """Return the times, none later than the next.

    The kernel stamps packets a moment after it was asked to; those before get the time of reading.
    """
    return list(accumulate(reversed(list(times_s)), min))[::-1]
