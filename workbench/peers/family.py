"""The other ends that one check needs, by name, in one journal: what the `peers` fixture gives.

Knows no check. Your end is a real socket, which can be handed to another process; it may be closed
by anyone, at any time. All that was opened is closed with this object.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from workbench.journal import Journal, RecordedSocket
from workbench.peers.ends import (
    Client,
    Connected,
    Origin,
    Script,
    client,
    connected,
    open_pair,
    origin,
)
from workbench.peers.player import DEADLINE_S, Player
from workbench.peers.steps import Step
from workbench.peers.words import (
    close_with_unread_data,
    dribble,
    half_close,
    hear_until_end,
    in_pieces,
    never_read,
    reset,
    say,
    split_at_random,
    stall,
)


class Peers:
    """Makes peers that misbehave; use it in a with-block.

    `sent` is all that their scripts say to you, whether or not it is on the wire yet: so a
    reader that returns too early can't be right by accident. `heard` is what they have read.
    With `recorded` your ends write in the journal too, under the name of "you".
    """

    def __init__(
        self,
        journal: Journal | None = None,
        seed: int = 0,
        *,
        family: int = socket.AF_INET,
        deadline_s: float = DEADLINE_S,
        recorded: bool = False,
    ) -> None:
        self.journal = journal or Journal()
        self._recorded = recorded
        self.chance = random.Random(seed)
        self._family, self._deadline_s = family, deadline_s
        self._opened = ExitStack()
        self._players: list[Player] = []
        self._said: list[bytes] = []

    def __enter__(self) -> Peers:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all that is still open. Blocks until the last thread has ended."""
        self._opened.close()

    @property
    def sent(self) -> bytes:
        return b"".join(self._said)

    @property
    def heard(self) -> bytes:
        """All that the peers of `playing` and its kin have read so far, in order of their start."""
        return b"".join(player.heard for player in self._players)

    @property
    def last(self) -> Player:
        """The peer of the latest connection: `release()` it, `wait()` for it, ask its `error`."""
        return self._players[-1]

    def pair(
        self, *, recorded: bool | None = None, small_buffers: bool = False, who: str = "peer"
    ) -> tuple[socket.socket, RecordedSocket]:
        """Return two connected sockets: yours, which connected, and the other end, recorded."""
        recorded = self._recorded if recorded is None else recorded
        yours, theirs = open_pair(self.journal, self._family, small_buffers, who, recorded=recorded)
        for sock in (yours, theirs):
            self._opened.callback(_close, sock)
        return yours, theirs

    @contextmanager
    def playing(
        self,
        *steps: Step,
        small_buffers: bool = False,
        recorded: bool | None = None,
        who: str = "peer",
    ) -> Iterator[socket.socket]:
        """Yield your end of a connection on whose other end these steps are played."""
        peer: Connected = connected(
            steps,
            family=self._family,
            small_buffers=small_buffers,
            recorded=self._recorded if recorded is None else recorded,
            deadline_s=self._deadline_s,
            journal=self.journal,
            who=who,
        )
        self._said.extend(step.said for step in peer.script)
        self._players.append(peer)
        with peer as sock:
            yield sock

    def saying(self, data: bytes) -> AbstractContextManager[socket.socket]:
        """`data` comes at once; then the peer waits, with the connection open."""
        return self.playing(say(data), stall())

    def dribbling(self, data: bytes, size: int = 1) -> AbstractContextManager[socket.socket]:
        """`data` comes in pieces, each when the one before was read; then the peer waits."""
        return self.playing(dribble(data, size, in_step=True), stall())

    def splitting(self, data: bytes, pieces: int = 5) -> AbstractContextManager[socket.socket]:
        """`data` comes in random pieces, each when the one before was read; then the peer waits."""
        return self.playing(
            in_pieces(split_at_random(data, self.chance, pieces), in_step=True), stall()
        )

    def ending(self, data: bytes = b"") -> AbstractContextManager[socket.socket]:
        """`data` comes, then the end of the stream; the peer still listens."""
        return self.playing(say(data), half_close(), hear_until_end(), stall())

    def hearing(self, *, small_buffers: bool = False) -> AbstractContextManager[socket.socket]:
        """The peer reads all that comes, says nothing, and closes after the end."""
        return self.playing(hear_until_end(), small_buffers=small_buffers)

    def not_reading(self) -> AbstractContextManager[socket.socket]:
        """The peer reads nothing, and buffers are small, so that they fill."""
        return self.playing(never_read(), small_buffers=True)

    def resetting(self, data: bytes = b"") -> AbstractContextManager[socket.socket]:
        """`data` comes, then RST."""
        return self.playing(say(data), reset())

    def closing_with_unread_data(self, data: bytes = b"") -> AbstractContextManager[socket.socket]:
        """`data` comes; when something of yours has arrived the peer closes without reading it."""
        return self.playing(say(data), close_with_unread_data())

    def origin(self, *scripts: Script, small_buffers: bool = False, who: str = "origin") -> Origin:
        """An origin that plays to each client that connects; enter it to start it."""
        return origin(
            *scripts,
            family=self._family,
            small_buffers=small_buffers,
            deadline_s=self._deadline_s,
            journal=self.journal,
            who=who,
        )

    def client(
        self, address: tuple, *steps: Step, small_buffers: bool = False, who: str = "client"
    ) -> Client:
        """A client that connects now and plays when it is entered."""
        return client(
            address,
            steps,
            small_buffers=small_buffers,
            deadline_s=self._deadline_s,
            journal=self.journal,
            who=who,
        )


def _close(sock: socket.socket) -> None:
    """By the class that it has by now: one that was given to another process has another."""
    sock.close()
