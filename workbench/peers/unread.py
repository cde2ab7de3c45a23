"""How many bytes wait unread at the *other* end of a loopback connection, as its kernel sees it.

Needs no descriptor of that end, which may belong to another process: a kept copy would hold back
its FIN. Knows no script. Linux only: elsewhere the answer is None.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

_TABLES = {socket.AF_INET: Path("/proc/net/tcp"), socket.AF_INET6: Path("/proc/net/tcp6")}


def unread_at_other_end(sock: socket.socket) -> int | None:
    """Return the bytes that the other end has received and not read; None if nobody can tell.

    None too when the other end is closed, or an IPv4 one of an IPv6 listener.
    """
    table = _TABLES.get(sock.family)
    if table is None or not table.exists():
        return None
    try:
        here, there = _as_in_table(sock.getsockname()), _as_in_table(sock.getpeername())
    except OSError:
        return None
    for line in table.read_text().splitlines():
        fields = line.split()
        if fields[1] == there and fields[2] == here:
            return int(fields[4].partition(":")[2], 16)
    return None


def _as_in_table(name: tuple) -> str:
    """Return an address as the kernel prints it: words of the host's own order, in hex."""
    family = socket.AF_INET6 if ":" in name[0] else socket.AF_INET
    packed = socket.inet_pton(family, name[0])
    words = [packed[at : at + 4] for at in range(0, len(packed), 4)]
    host = "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words)
    return f"{host}:{name[1]:04X}"
