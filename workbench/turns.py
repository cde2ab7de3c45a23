"""The turns of a select loop, recorded around `select.select`.

Must not know what the loop serves: it sees sockets, the names given to them, and counts of bytes.
Nor how turns are shown: see `player` and `figures.readiness_raster`.
"""

from __future__ import annotations

import select
import socket
import time
from collections import deque
from collections.abc import Mapping, MutableMapping, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

MOST_TURNS = 10_000  # a loop that spins makes as many in a fraction of a second


class Moved(NamedTuple):
    """Bytes that went through one socket in one turn."""

    received: int = 0
    sent: int = 0


class Turn(NamedTuple):
    """One call of select: what was asked, what came back, and what the loop then did.

    Times are seconds from the recorder's start: select was called at `at_s` and returned after
    `waited_s`. Sockets stand by their names. `buffered` has the bytes still waiting to be sent.
    """

    at_s: float
    waited_s: float
    asked_read: tuple[str, ...]
    asked_write: tuple[str, ...]
    readable: tuple[str, ...]
    writable: tuple[str, ...]
    exceptional: tuple[str, ...]
    moved: Mapping[str, Moved]
    buffered: Mapping[str, int]


class TurnRecorder:
    """Stands in for `select.select` and records each turn, the last `maxlen` of them.

    `names` is looked up at every turn, so a loop may add a socket when it accepts one. A socket
    without a name is called "socket 1", "socket 2" in the order of its first appearance.
    """

    def __init__(
        self, names: MutableMapping[socket.socket, str] | None = None, maxlen: int = MOST_TURNS
    ) -> None:
        self.names = {} if names is None else names
        self.dropped = 0  # turns forgotten because more than `maxlen` came
        self._unnamed: WeakKeyDictionary[socket.socket, str] = WeakKeyDictionary()
        self._unnamed_count = 0
        self._turns: deque[Turn] = deque(maxlen=maxlen)
        self._started_s = time.perf_counter()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Return the recorded turns, oldest first; they no longer change."""
        return tuple(
            turn._replace(moved=dict(turn.moved), buffered=dict(turn.buffered))
            for turn in self._turns
        )

    def select(
        self,
        readers: Sequence[socket.socket],
        writers: Sequence[socket.socket],
        others: Sequence[socket.socket],
        timeout: float | None = None,
    ) -> tuple[list[socket.socket], list[socket.socket], list[socket.socket]]:
        """Return what `select.select` returns; block as it blocks, raise what it raises.

        A call that raises is no turn.
        """
        called_s = time.perf_counter()
        ready = select.select(readers, writers, others, timeout)
        waited_s = time.perf_counter() - called_s
        asked = (self._names_of(readers), self._names_of(writers))
        returned = (self._names_of(sockets) for sockets in ready)
        self.dropped += len(self._turns) == self._turns.maxlen
        self._turns.append(Turn(called_s - self._started_s, waited_s, *asked, *returned, {}, {}))
        return ready

    def moved(self, sock: socket.socket, *, received: int = 0, sent: int = 0) -> None:
        """Add bytes to what `sock` moved in the current turn. Raises RuntimeError before any."""
        counts = self._current().moved
        before = counts.get(self.name_of(sock), Moved())
        counts[self.name_of(sock)] = Moved(before.received + received, before.sent + sent)

    def buffered(self, sock: socket.socket, pending: int) -> None:
        """Note the bytes that wait to be sent to `sock`. Raises RuntimeError before any turn."""
        self._current().buffered[self.name_of(sock)] = pending

    def name_of(self, sock: socket.socket) -> str:
        """Return the name given to `sock`, or the one made up for it."""
        if sock in self.names:
            return self.names[sock]
        if sock not in self._unnamed:
            self._unnamed_count += 1
            self._unnamed[sock] = f"socket {self._unnamed_count}"
        return self._unnamed[sock]

    def _names_of(self, sockets: Sequence[socket.socket]) -> tuple[str, ...]:
        return tuple(self.name_of(sock) for sock in sockets)

    def _current(self) -> Turn:
        if not self._turns:
            raise RuntimeError("no turn yet: call the recorder's select first")
        return self._turns[-1]


def names_in(turns: Sequence[Turn]) -> tuple[str, ...]:
    """Return every name in `turns`, in order of first appearance."""
    found: dict[str, None] = {}
    for turn in turns:
        asked = (*turn.asked_read, *turn.asked_write)
        found.update(dict.fromkeys((*asked, *turn.readable, *turn.writable, *turn.exceptional)))
        found.update(dict.fromkeys((*turn.moved, *turn.buffered)))
    return tuple(found)
