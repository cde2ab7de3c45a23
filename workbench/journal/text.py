"""A journal as numbered lines: the middle of every failed check.

Knows no socket. Prints no time, no port and no pid, so that one exchange has one text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from workbench.journal.excerpt import count, literal

if TYPE_CHECKING:
    from workbench.journal.events import Event

EMPTY = "Nothing happened: no watched socket was used."
_SENDING = ("send", "sendall")
_WORDS = {
    "eof": "end of stream",
    "reset": "connection reset by the other end",
    "timeout": "timed out",
    "would-block": "would block",
    "in-progress": "connecting goes on",
    "error": "failed",
    "unfinished": "has not returned yet",
}


@dataclass(frozen=True)
class Caret:
    """A finger on byte `offset` (from 0) of what `who` sent, or received, and what to say to it."""

    who: str
    offset: int
    note: str = ""
    stream: Literal["sent", "received"] = "sent"
    connection: int = 1

    def is_on(self, event: Event) -> bool:
        """Return whether `event` moved bytes of the stream that is meant."""
        if event.who != self.who or event.connection != self.connection or event.offset is None:
            return False
        return bool(event.moved) and self.stream == (
            "sent" if event.action in _SENDING else "received"
        )


class _Line(NamedTuple):
    """One event, cut into columns."""

    number: str
    who: str
    action: str
    amounts: str
    outcome: str


def render(events: Sequence[Event], caret: Caret | None, only: str | None, limit_lines: int) -> str:
    """Return the lines of `events`, with a line that points at the caret's byte."""
    chosen = [event for event in events if only is None or event.who == only]
    if not chosen:
        return EMPTY if only is None else f"Nothing happened at {only}."
    pointed = _find(chosen, caret)
    shown = _elide(chosen, pointed, limit_lines)
    several = {event.who for event in events if event.connection > 1}
    lines = [_columns(event, several) for event in shown]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    text: list[str] = []
    # Numbers have gaps for another reason too when only one party's lines are wanted.
    rank = {event.number: at for at, event in enumerate(chosen)} if only else None
    expected = 0
    for event, line in zip(shown, lines, strict=True):
        at = rank[event.number] if rank else event.number
        if at > expected:
            text.append(f"{'':>{widths[0]}}  … {count(at - expected, 'line')} left out …")
        expected = at + 1
        text += _print(event, line, widths, caret if event is pointed else None)
    if caret and pointed is None:
        text.append(f"{'':>{widths[0]}}  ^ {_never(caret)}")
    return "\n".join(text)


def _find(events: Sequence[Event], caret: Caret | None) -> Event | None:
    """Return the event that moved the caret's byte, or the last one if it points just behind."""
    last = None
    for event in events:
        if caret and caret.is_on(event):
            if event.offset <= caret.offset < event.offset + event.moved:
                return event
            last = event
    if caret and last and caret.offset == last.offset + last.moved:
        return last
    return None


def _elide(events: list[Event], pointed: Event | None, limit_lines: int) -> list[Event]:
    """Return the first and last events, the pointed one and its neighbours."""
    if len(events) <= limit_lines:
        return events
    half = max(1, limit_lines // 2)
    keep = {*range(half), *range(len(events) - half, len(events))}
    if pointed:
        at = next(at for at, event in enumerate(events) if event is pointed)
        keep |= set(range(max(0, at - 1), min(len(events), at + 2)))
    return [event for at, event in enumerate(events) if at in keep]


def _columns(event: Event, several: set[str]) -> _Line:
    who = event.who
    if who in several and event.connection:
        who += f"#{event.connection}"
    return _Line(str(event.number + 1), who, event.action, _amounts(event), _outcome(event))


def _amounts(event: Event) -> str:
    if event.action == "shutdown":
        return event.note
    if event.asked is None:
        return ""
    if event.action in _SENDING:
        return f"{'?' if event.moved is None else event.moved} of {event.asked}"
    return f"{event.asked} → {'' if event.moved is None else event.moved}".rstrip()


def _outcome(event: Event) -> str:
    if event.action == "close" and event.outcome == "reset":
        return f"sends RST ({event.note})"
    words = _WORDS.get(event.outcome, event.outcome)
    if event.action == "shutdown" and not event.outcome:
        return ""
    return f"{words} ({event.note})" if words and event.note else words or event.note


def _print(event: Event, line: _Line, widths: list[int], caret: Caret | None) -> list[str]:
    """Return the event's line and, if the caret is on it, a second one below."""
    focus = caret.offset - event.offset if caret else None
    has_bytes = event.excerpt.length or event.outcome == "eof"
    data, column = literal(event.excerpt, focus) if has_bytes else ("", None)
    start = f"{line.number:>{widths[0]}}  {line.who:<{widths[1]}}  {line.action:<{widths[2]}}"
    start += f"  {line.amounts:<{widths[3]}}  "
    text = [f"{start}{data}  {line.outcome}".rstrip() if data else (start + line.outcome).rstrip()]
    if caret:
        text.append(f"{'':>{len(start) + (column or 0)}}^ {caret.note}".rstrip())
    return text


def _never(caret: Caret) -> str:
    note = f": {caret.note}" if caret.note else ""
    return f"byte {caret.offset:,} was never {caret.stream} by {caret.who}{note}"
