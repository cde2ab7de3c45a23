"""The packets of an exchange on loopback: captured live where that's permitted, else recorded.

Knows no peer and no figure; how packets become rows is in `segments`, how they are caught in `bpf`.

    with capture(listener_port, "captures/handshake.pcap") as conversation:
        ...                       # the whole exchange: connect, talk, close both ends
    for row in conversation.rows():
        print(row)

Two rules make it complete. The connection begins inside the block: one whose SYN was not seen is
left out. And whatever shall be seen is done, or under way, when the block ends: close both ends
inside it, join a thread that closes one. The capture then waits for what the kernel still owes (an
acknowledgment, the other end's FIN), for SETTLE_S at most.

WORKBENCH_CAPTURE is `auto` (live if permitted, the default), `recorded` (never live) or `record`
(live, and writes the recording anew).
"""

from __future__ import annotations

import io
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.bpf import Frame, dropped_packets, open_tap, queued_frames
from workbench.segments import Connections, Row, segment_of
from workbench.timeline import Story

if TYPE_CHECKING:
    from scapy.packet import Packet

__all__ = ["CaptureError", "Conversation", "Row", "capture", "obstacle"]

SWITCH = "WORKBENCH_CAPTURE"
SETTLE_S = 0.5  # Linux delays an acknowledgment by 40 to 200 ms
RECORD_ANEW = "`make refresh` records it anew, as root or with CAP_NET_RAW"


class CaptureError(RuntimeError):
    """No packets can be shown; the text says why, and what to do."""


class Conversation:
    """The packets of one capture; ask it after the `with` block.

    `mode` is "live" or "recorded", `source` says so in a sentence: it differs from machine to
    machine, so print it only where output is not compared.
    """

    def __init__(self, mode: str, source: str) -> None:
        self.mode = mode
        self._source = source
        self._packets: list[Packet] = []
        self._connections = Connections()
        self._is_complete = False

    @property
    def source(self) -> str:
        """Return where the packets come from, and how many were left out as an older story."""
        left_out = self._connections.left_out
        return self._source + (f"; left out: {left_out} of older connections" if left_out else "")

    @property
    def packets(self) -> list[Packet]:
        """Return all packets for scapy's `show()` and the like, cut off after `bpf.SNAP_BYTES`."""
        self._require_complete()
        return self._packets

    def rows(self, pure_acks: bool = True) -> list[Row]:
        """Return the segments, each connection by itself, in the order of their SYNs.

        When an acknowledgment travels alone is the kernel's decision: without `pure_acks` the rows
        are steadier. How data is cut, and whether some is sent twice, stays the kernel's too.
        """
        self._require_complete()
        return self._connections.rows(pure_acks)

    def outline(self) -> list[Row]:
        """Return what each end said, the same for every cut: for text that is compared.

        `flags` is "SYN", "SYN-ACK", "data", "FIN" or "RST". Adjacent data of one sender is one row,
        a FIN stands apart from the data before it, pure acknowledgments and repetitions are gone.
        What remains open is who of two is first where both speak at the same time.
        """
        self._require_complete()
        return self._connections.outline()

    def story(self, pure_acks: bool = True) -> Story:
        """Return the segments as arrows, in the order of capture, for a space-time diagram."""
        self._require_complete()
        return self._connections.story(pure_acks)

    def _require_complete(self) -> None:
        if not self._is_complete:
            raise CaptureError("the capture is complete at the end of its `with` block: ask then")

    def _add(self, frame: Frame) -> None:
        packet = to_scapy(frame)
        self._packets.append(packet)
        if "TCP" in packet:
            self._connections.add(segment_of(packet))


@contextmanager
def capture(port: int, recording: str | os.PathLike[str]) -> Iterator[Conversation]:
    """Capture the TCP connections to `port` on loopback while the block runs.

    `recording` is the .pcap of the same exchange, relative to the working directory (a notebook's
    folder). Blocks at the end for SETTLE_S at most. Raises CaptureError where there's neither the
    right to capture nor a sound recording, and where the kernel dropped packets.
    """
    if not 1 <= port <= 65535:
        raise ValueError(f"a port is a number from 1 to 65535, not {port}: give the listener's")
    wish, path = wish_of_environment(), Path(recording)
    load_scapy()  # before the exchange: it takes 0.3 s, which must not count as time to settle
    with ExitStack() as stack:
        tap, why_not = (None, f"{SWITCH}=recorded") if wish == "recorded" else try_tap(port, stack)
        if tap is None and wish == "record":
            raise CaptureError(f"cannot record {path}: {why_not}")
        if tap is None:
            conversation = Conversation("recorded", f"recorded in {path}, because {why_not}")
            frames = read_recording(path, why_not)
            yield conversation
            for frame in frames:
                conversation._add(frame)
        else:
            conversation = Conversation("live", f"live from loopback, port {port}")
            yield conversation
            drain(tap, conversation)
        conversation._is_complete = True
        if wish == "record":
            write_recording(path, conversation.packets)


def obstacle() -> str | None:
    """Return None if this process may capture on loopback, else in words why not."""
    with ExitStack() as stack:
        return try_tap(1, stack)[1] or None


def wish_of_environment() -> str:
    """Return what WORKBENCH_CAPTURE asks for; raises CaptureError for an unknown word."""
    wish = os.environ.get(SWITCH, "auto")
    if wish not in ("auto", "recorded", "record"):
        raise CaptureError(f"{SWITCH}={wish!r} is unknown: use auto, recorded or record")
    return wish


def try_tap(port: int, stack: ExitStack) -> tuple[socket.socket | None, str]:
    """Return a packet socket that `stack` closes, or None and in words why there is none."""
    try:
        return stack.enter_context(open_tap(port)), ""
    except PermissionError:
        return None, "this process may not open a packet socket (root or CAP_NET_RAW may)"
    except OSError as error:
        return None, f"there is no packet socket on loopback ({error})"


def drain(tap: socket.socket, conversation: Conversation) -> None:
    """Take all that is queued, and wait for what the connections still owe."""
    deadline_s = time.monotonic() + SETTLE_S
    wait_s = 0.0
    while True:
        for frame in queued_frames(tap, wait_s):
            conversation._add(frame)
        wait_s = deadline_s - time.monotonic()
        if conversation._connections.are_settled() or wait_s <= 0:
            break
    if dropped := dropped_packets(tap):
        raise CaptureError(
            f"the kernel dropped {dropped} packets, so the rows would be incomplete: "
            f"capture a shorter exchange, or raise net.core.rmem_max"
        )


def read_recording(path: Path, why_not_live: str) -> list[Frame]:
    """Return the frames of a .pcap; raises CaptureError if it's missing, broken or cut short."""
    from scapy.error import Scapy_Exception
    from scapy.utils import RawPcapReader

    try:
        recording = path.read_bytes()
        reader = RawPcapReader(io.BytesIO(recording))
        frames = list(reader)
    except FileNotFoundError:
        raise CaptureError(
            f"no live capture ({why_not_live}), and {path} does not exist: {RECORD_ANEW}"
        ) from None
    except (OSError, EOFError, Scapy_Exception) as error:
        raise CaptureError(f"{path} is no readable .pcap ({error}): {RECORD_ANEW}") from error
    # scapy ends quietly where a file was cut off: the sizes tell (24 bytes, then 16 per packet).
    if 24 + sum(16 + meta.caplen for _, meta in frames) != len(recording):
        raise CaptureError(f"{path} is cut short or damaged: {RECORD_ANEW}")
    tick_s = 1e-9 if reader.nano else 1e-6
    return [Frame(meta.sec + meta.usec * tick_s, data, meta.wirelen) for data, meta in frames]


def write_recording(path: Path, packets: list[Packet]) -> None:
    """Write a .pcap that Wireshark opens; an old one stays whole until the new one is."""
    from scapy.utils import wrpcap

    if not packets:
        raise CaptureError(f"{path} is not written: no packet of this port was seen")
    if not path.parent.is_dir():
        raise CaptureError(f"{path} is not written: there is no folder {path.parent}")
    unfinished = path.with_name(path.name + ".new")
    wrpcap(str(unfinished), packets)
    unfinished.replace(path)


def load_scapy() -> None:
    """Import the parts of scapy that are needed (scapy.all takes three times as long)."""
    # scapy warns on stderr about interfaces and routes, which no one here asks it for.
    logging.getLogger("scapy").setLevel(logging.ERROR)
    import scapy.layers.inet
    import scapy.layers.inet6  # noqa: F401


def to_scapy(frame: Frame) -> Packet:
    """Return the frame as a scapy packet."""
    from scapy.layers.l2 import Ether

    packet = Ether(frame.data)
    packet.time = frame.at_s
    packet.wirelen = frame.wire_bytes
    return packet
