"""What a script consists of: a few primitive steps, and `Named` for what is composed of them.

Knows no socket: a step asks a player to do things. `str(step)` reads as prose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.journal.excerpt import Excerpt, count, literal

if TYPE_CHECKING:
    from workbench.peers.player import Player


class Step:
    """One thing that a peer does. Steps are values: one may stand in many scripts."""

    is_last: ClassVar[bool] = False  # nothing can follow it: the socket is closed
    is_endless: ClassVar[bool] = False  # so the deadline, or a reset, is its end and no failure

    def play(self, player: Player) -> None:
        raise NotImplementedError

    def leaves(self) -> Iterator[Step]:
        """Yield the primitive steps that this one consists of."""
        yield self

    @property
    def said(self) -> bytes:
        """All that this step will say."""
        return b""


@dataclass(frozen=True)
class Say(Step):
    """Say pieces, each in a send of its own; a pause, or the reader's reading, between two."""

    pieces: tuple[bytes, ...]
    every_s: float = 0.0
    in_step: bool = False

    def play(self, player: Player) -> None:
        for number, piece in enumerate(self.pieces):
            if number and self.every_s:
                player.pause(self.every_s)
            if number and self.in_step:
                player.wait_until_read()
            player.send(piece)

    @property
    def said(self) -> bytes:
        return b"".join(self.pieces)

    def __str__(self) -> str:
        pace = f", one each {self.every_s * 1000:g} ms" if self.every_s else ""
        pace += ", each after the one before was read" if self.in_step else ""
        pieces = f" in {count(len(self.pieces), 'piece')}" if len(self.pieces) != 1 else ""
        return f"say {_prose(self.said)}{pieces}{pace}"


@dataclass(frozen=True)
class SayForEver(Step):
    """Say the same again and again, until nobody takes it or the deadline passes."""

    data: bytes
    every_s: float = 0.0
    is_endless: ClassVar[bool] = True

    def play(self, player: Player) -> None:
        while True:
            player.send(self.data)
            player.pause(self.every_s)

    def __str__(self) -> str:
        return f"say {_prose(self.data)} again and again"


@dataclass(frozen=True)
class Pause(Step):
    """Do nothing for a while."""

    for_s: float

    def play(self, player: Player) -> None:
        player.pause(self.for_s)

    def __str__(self) -> str:
        return f"pause for {self.for_s:g} s"


@dataclass(frozen=True)
class Stall(Step):
    """Do nothing, for good: until `release()`, the deadline or the end of the with-block."""

    is_endless: ClassVar[bool] = True

    def play(self, player: Player) -> None:
        player.stall()

    def __str__(self) -> str:
        return "stall"


@dataclass(frozen=True)
class Hear(Step):
    """Read n bytes, or up to a delimiter, or (None) until the end of the stream."""

    until: int | bytes | None = None

    def play(self, player: Player) -> None:
        player.hear(self.until)

    def __str__(self) -> str:
        if self.until is None:
            return "hear until the end"
        if isinstance(self.until, bytes):
            return f"hear until {self.until!r}"
        return f"hear {count(self.until)}"


@dataclass(frozen=True)
class AwaitData(Step):
    """Wait until something has arrived, and leave it unread."""

    def play(self, player: Player) -> None:
        player.wait_readable()

    def __str__(self) -> str:
        return "wait until something has arrived, unread"


@dataclass(frozen=True)
class ExpectEnd(Step):
    """Expect that the other end says nothing more and ends; anything else is an error."""

    def play(self, player: Player) -> None:
        player.expect_end()

    def __str__(self) -> str:
        return "expect the end of the stream"


@dataclass(frozen=True)
class HalfClose(Step):
    """Send FIN: nothing more will be said, but much may still be heard."""

    def play(self, player: Player) -> None:
        player.half_close()

    def __str__(self) -> str:
        return "half-close"


@dataclass(frozen=True)
class Close(Step):
    """Close: FIN, or RST if something is still unread or `abort` asks for it."""

    abort: bool = False
    is_last: ClassVar[bool] = True

    def play(self, player: Player) -> None:
        player.close(abort=self.abort)

    def __str__(self) -> str:
        return "reset" if self.abort else "close"


@dataclass(frozen=True)
class Named(Step):
    """Several steps under the name of the misbehaviour that they make up."""

    name: str
    steps: tuple[Step, ...]

    def play(self, player: Player) -> None:
        for step in self.steps:
            player.play(step)

    def leaves(self) -> Iterator[Step]:
        for step in self.steps:
            yield from step.leaves()

    @property
    def said(self) -> bytes:
        return b"".join(step.said for step in self.steps)

    def __str__(self) -> str:
        return self.name


def _prose(data: bytes) -> str:
    return f"{count(len(data))} {literal(Excerpt(data, b'', len(data)))[0]}"
