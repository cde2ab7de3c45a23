"""A journal as arrows and marks: what a space-time diagram is drawn from.

Knows no picture. An arrow is drawn for each piece of a send that one recv took: a send that is
read in three pieces has three arrows, a recv that takes two sends ends two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from workbench.journal.excerpt import count, escape
from workbench.timeline import Arrow, Mark, Story

if TYPE_CHECKING:
    from workbench.journal.events import End, Event

SHORT_BYTES = 12  # so many are written on an arrow; of more only their number
_SENDING = ("send", "sendall")


def tell(events: Sequence[Event], ends: Sequence[End]) -> Story:
    """Return the story of `events`. Raises ValueError if there are none."""
    if not events:
        raise ValueError(
            "the journal is empty: watch a socket (journal.watch(sock, 'client')) "
            "and use it before asking for the story"
        )
    start_s = events[0].at_s
    arrows: list[Arrow] = []
    drawn: set[int] = set()
    for end in ends:
        other = find_peer(end, ends)
        name = other.who if other else end.peer
        if name is None:
            continue
        mine = [event for event in events if event.end == end.index]
        theirs = [event for event in events if other and event.end == other.index]
        for arrow, numbers in _arrows(mine, theirs, name):
            arrows.append(arrow)
            drawn |= numbers
    marks = [Mark(e.at_s, e.who, _label(e)) for e in events if e.number not in drawn]
    return Story(
        _parties(events, ends),
        tuple(_from(start_s, arrow) for arrow in sorted(arrows, key=lambda arrow: arrow.start_s)),
        tuple(mark._replace(at_s=mark.at_s - start_s) for mark in marks),
    )


def find_peer(end: End, ends: Sequence[End]) -> End | None:
    """Return the other end: the one with the reversed names, else the only one left over.

    Ports are used again, so the one that was watched at about the same time is taken.
    """
    if end.connection == 0:
        return None
    others = [e for e in ends if e is not end and e.connection and _names(e) == _names(end)[::-1]]
    if others and all(_names(end)):
        return min(others, key=lambda e: abs(e.index - end.index))
    if end.peer is not None or all(_names(end)):
        return None
    left = [e for e in ends if e.connection and e.who != end.who and not all(_names(e))]
    return left[0] if len(left) == 1 else None


def _names(end: End) -> tuple[object, object]:
    return _plain(end.local), _plain(end.remote)


def _plain(address: tuple | str | None) -> object:
    """Return host and port, with an IPv4 host the same whichever family of socket it is seen on."""
    if not isinstance(address, tuple):
        return address
    return address[0].removeprefix("::ffff:"), address[1]


def _arrows(mine: list[Event], theirs: list[Event], name: str) -> Iterator[tuple[Arrow, set[int]]]:
    """Yield what went from my end to theirs, each with the numbers of the events it stands for."""
    if not mine:
        return
    who = mine[0].who
    for cause, effect, label in _signals(mine, theirs):
        # A recv that ended keeps its mark: `recv → b''` is what a program sees of a FIN.
        numbers = {cause.number} if effect.action == "recv" else {cause.number, effect.number}
        yield Arrow(cause.at_s, effect.at_s, who, name, label), numbers
    reads = [e for e in theirs if e.action == "recv" and e.moved and e.offset is not None]
    for send in mine:
        if send.action in _SENDING and send.moved and send.offset is not None:
            for start, stop, read in _pieces(send, reads):
                label = _bytes(send, start, stop)
                end_s = read.at_s if read else None
                numbers = {send.number, read.number} if read else {send.number}
                yield Arrow(send.at_s, end_s, who, name, label), numbers


def _signals(mine: list[Event], theirs: list[Event]) -> Iterator[tuple[Event, Event, str]]:
    """Yield cause, effect and label of what moves no bytes: connect, FIN, RST."""
    connect = _first(e for e in mine if e.action == "connect" and e.outcome in ("", "in-progress"))
    accept = _first(e for e in theirs if e.action == "accept" and not e.outcome)
    if connect and accept:
        yield connect, accept, "connect"
    fin = _first(e for e in mine if _sends_fin(e))
    eof = _first(e for e in theirs if e.outcome == "eof")
    if fin and eof and fin.number < eof.number:
        yield fin, eof, f"FIN ({fin.action})"
    rst = _first(e for e in mine if e.action == "close" and e.outcome == "reset")
    seen = _first(e for e in theirs if e.action != "close" and e.outcome == "reset")
    if rst and seen and rst.number < seen.number:
        yield rst, seen, "RST"


def _sends_fin(event: Event) -> bool:
    if event.outcome:
        return False
    return event.action == "close" or (event.action == "shutdown" and event.note != "SHUT_RD")


def _pieces(send: Event, reads: list[Event]) -> Iterator[tuple[int, int, Event | None]]:
    """Yield the stretches of `send` (from its own start) and the recv that took each, or None."""
    at, end = send.offset, send.offset + send.moved
    for read in reads:
        start, stop = max(at, read.offset), min(end, read.offset + read.moved)
        if start < stop:
            yield start - send.offset, stop - send.offset, read
            at = stop
    if at < end:
        yield at - send.offset, send.moved, None


def _bytes(event: Event, start: int, stop: int) -> str:
    """Return the bytes themselves if they are few, else their number."""
    if stop - start > SHORT_BYTES or not (event.excerpt.has(start) and event.excerpt.has(stop - 1)):
        return count(stop - start)
    return f"b'{escape(event.excerpt.between(start, stop))}'"


def _label(event: Event) -> str:
    """Return the words beside a mark."""
    if event.outcome == "eof":
        return "recv → b''"
    if event.action == "shutdown" and not event.outcome:
        return f"shutdown({event.note})"
    if event.moved:
        arrow = " →" if event.action == "recv" else ""
        return f"{event.action}{arrow} {_bytes(event, 0, event.moved)}"
    if event.outcome == "reset":
        return f"{event.action}: RST" if event.action == "close" else f"{event.action}: reset"
    trouble = event.note if event.outcome == "error" else event.outcome
    return f"{event.action}: {trouble}" if trouble else event.action


def _parties(events: Sequence[Event], ends: Sequence[End]) -> tuple[str, ...]:
    """Return the parties: those who connect first, then as they appear."""
    connecting = [event.who for event in events if event.action == "connect"]
    named = [end.peer for end in ends if end.peer]
    return tuple(dict.fromkeys([*connecting, *(event.who for event in events), *named]))


def _first(events: Iterator[Event]) -> Event | None:
    return next(events, None)


def _from(start_s: float, arrow: Arrow) -> Arrow:
    end_s = None if arrow.end_s is None else arrow.end_s - start_s
    return arrow._replace(start_s=arrow.start_s - start_s, end_s=end_s)
