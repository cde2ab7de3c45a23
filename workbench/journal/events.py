"""What the journal is made of: its events, what came of a call, and the ends of connections.

Plain data. Knows no syscall, no text and no picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from workbench.journal.excerpt import Excerpt


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one party did or noticed.

    `asked` is what a call was given (the n of `recv(n)`, the length handed to `send`), `moved`
    how many bytes went; None where that says nothing. `offset` counts from the first byte of
    its direction of the connection. `outcome` is "" when all went well, else one of: eof,
    reset, timeout, would-block, in-progress, error, unfinished.
    """

    number: int
    at_s: float
    who: str
    action: str
    asked: int | None = None
    moved: int | None = None
    excerpt: Excerpt = field(default_factory=Excerpt)
    offset: int | None = None
    outcome: str = ""
    note: str = ""
    connection: int = 0
    end: int | None = None

    @property
    def data(self) -> bytes:
        """The bytes moved: all of them if they were few, else only the first ones."""
        return self.excerpt.head


class Result(NamedTuple):
    """What came of a call. `stream` names the direction in which `data` went, if it did."""

    moved: int | None = None
    data: bytes | bytearray | memoryview = b""
    outcome: str = ""
    note: str = ""
    stream: Literal["sent", "received"] | None = None


@dataclass(eq=False, slots=True)
class End:
    """One end of a connection (or a listener), as the journal knows it."""

    index: int
    who: str
    peer: str | None = None
    connection: int = 0
    local: tuple | str | None = None
    remote: tuple | str | None = None
    sent: int = 0
    received: int = 0
