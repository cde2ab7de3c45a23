"""Lab 08, given: how much of everything, and why. Knows no socket.

Without bounds of its own a proxy meets the machine's, and then all of its clients fail at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from labs.lab05_http_forwarding import HEAD_LIMIT_BYTES


def bound(value: float, why: str) -> float:
    """A field of Limits: its value by default, and why there is such a bound: --help says it."""
    return field(default=value, metadata={"why": why})


@dataclass(frozen=True)
class Limits:
    """The bounds of a proxy. Sizes are in bytes, times in seconds."""

    head_bytes: int = bound(65_536, "a head, all of it: without a bound it fills the memory")
    fields: int = bound(100, "fields in a head: browsers send 20; each of them costs time")
    buffer_bytes: int = bound(32_768, "what may wait in one buffer: a slow reader stops its sender")
    head_s: float = bound(10.0, "for a whole head from its first byte: dripping does not help")
    idle_s: float = bound(60.0, "a client that asks nothing may keep its connection so long")
    connect_s: float = bound(10.0, "to find and reach an origin, with all of its addresses")
    answer_s: float = bound(120.0, "nothing moves: longer than a page waits for its server's news")
    tunnel_s: float = bound(600.0, "nothing moves in a tunnel: nobody is there any more")
    linger_s: float = bound(1.0, "for the last words to arrive before the connection is closed")
    clients: int = bound(450, "at once, the next ones wait: select has 1,024 places, each takes 2")
    clients_per_address: int = bound(400, "at once from one address, or it could take all places")
    origins: int = bound(64, "idle connections to origins: they take places, too")
    origins_per_host: int = bound(16, "idle connections to one origin, which has its own bounds")
    origin_s: float = bound(4.0, "an idle connection to an origin: many close theirs after 5")
    drain_s: float = bound(5.0, "after SIGTERM, for what is in flight; the rest is cut off")

    @cached_property
    def received_bytes(self) -> int:
        """What may have come and wait to be used: a whole head, or a line of a chunked body."""
        return max(self.head_bytes, HEAD_LIMIT_BYTES)
