"""What happened, as plain data: the one form in which the journal and a capture hand over a story.

Knows no socket, no packet and no picture: those who observe fill it in, figures draw it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Mark(NamedTuple):
    """Something that one party did or noticed alone, such as `close` or `recv → b''`."""

    at_s: float
    who: str
    label: str


class Arrow(NamedTuple):
    """Something that went from one party to another.

    `end_s` is None where nobody was seen to take it: drawn as an arrow that stops half-way.
    """

    start_s: float
    end_s: float | None
    sender: str
    receiver: str
    label: str


class Span(NamedTuple):
    """A stretch of time in which one party was `doing` one thing: waiting, or being in a state."""

    who: str
    start_s: float
    end_s: float
    doing: str


@dataclass(frozen=True)
class Story:
    """A space-time diagram before it is drawn. Times are seconds from the story's start."""

    parties: tuple[str, ...]
    arrows: tuple[Arrow, ...] = ()
    marks: tuple[Mark, ...] = ()


def spans_of(looks: Iterable[tuple[float, str, str]]) -> tuple[Span, ...]:
    """Return the spans in a series of looks, each (at_s, who, doing), in the order of time.

    What a party was seen doing lasts until it is seen doing something else, or to its last look.
    """
    spans: dict[str, list[Span]] = {}
    for at_s, who, doing in looks:
        seen = spans.setdefault(who, [])
        if seen:
            seen[-1] = seen[-1]._replace(end_s=at_s)
        if not seen or seen[-1].doing != doing:
            seen.append(Span(who, at_s, at_s, doing))
    return tuple(span for of_one in spans.values() for span in of_one)
