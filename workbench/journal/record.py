"""The journal itself: an ordered record of events, safe to write from many threads.

Knows no syscall: `sockets.py` tells it what was called and what came of it. Nor does it know
how a record is printed (`text.py`) or drawn (`story.py`).

What makes others act (send, connect, shutdown, close) gets its place in the order *before* the
call, what is noticed (recv, accept) *after* it: so a cause always stands above its effect,
whichever thread the kernel runs first.
"""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.journal import story, text
from workbench.journal.events import End, Event, Result
from workbench.journal.excerpt import Excerpt

if TYPE_CHECKING:
    from workbench.journal.sockets import RecordedSocket
    from workbench.timeline import Story

KEEP_BYTES = 2_048  # of each event: enough to show any byte of a small message
KEEP_EVENTS = 20_000  # in all: 100 MB moved 4,096 bytes at a time is 25,000 events
SETTLE_S = 0.05  # a call that another thread has made but not yet written down ends sooner


class Journal:
    """Who did what on which socket, in which order, for all sockets that it watches."""

    def __init__(self, *, keep_bytes: int = KEEP_BYTES, keep_events: int = KEEP_EVENTS) -> None:
        self._keep_bytes = keep_bytes
        self._keep_events = keep_events
        self._start_s = time.monotonic()
        self._changed = threading.Condition()
        self._events: dict[int, Event] = {}
        self._count = 0
        self._unfinished: set[int] = set()
        self._ends: list[End] = []
        self._told: list[Event] = []  # by another process, of what it did

    def watch(self, sock: socket.socket, who: str, peer: str | None = None) -> RecordedSocket:
        """Take over `sock` and return a socket that writes down what it does, as `who`.

        `sock` is left without a descriptor; timeout, family and type stay. The other end is
        found by its address; name it as `peer` if the journal does not watch it.
        """
        from workbench.journal.sockets import take_over

        return take_over(self, sock, self.new_end(who, peer))

    def record(self, who: str, action: str, *, outcome: str = "", note: str = "") -> Event:
        """Write down something that is no call on a watched socket, and return it."""
        with self._changed:
            event = Event(self._count, self._now_s(), who, action, outcome=outcome, note=note)
            self._append(event)
        return event

    @property
    def events(self) -> tuple[Event, ...]:
        """All events in order. Where there were too many to keep, the middle ones are gone."""
        with self._changed:
            if not self._told:
                return tuple(self._events.values())
            events = sorted([*self._events.values(), *self._told], key=lambda event: event.at_s)
        return tuple(replace(event, number=number) for number, event in enumerate(events))

    def text(
        self, caret: text.Caret | None = None, *, only: str | None = None, limit_lines: int = 60
    ) -> str:
        """Return the journal as numbered lines, the same for the same exchange.

        `only` keeps one party's lines: their order is certain even where two threads race.
        """
        self._settle()
        return text.render(self.events, caret, only, limit_lines)

    def story(self) -> Story:
        """Return the same as arrows and marks. Raises ValueError if nothing happened."""
        self._settle()
        return story.tell(self.events, tuple(self._ends))

    # What follows is for the recorded sockets.

    def begin(self, end: End, action: str, asked: int | None = None) -> int:
        """Give an event its place before its call is made; return the number to finish it with."""
        with self._changed:
            event = Event(self._count, self._now_s(), end.who, action, asked=asked)
            event = replace(event, outcome="unfinished", connection=end.connection, end=end.index)
            self._append(event)
            self._unfinished.add(event.number)
            return event.number

    def finish(self, number: int, end: End, result: Result) -> None:
        """Say what came of an event that was begun."""
        with self._changed:
            offset = self._advance(end, result)
            if number in self._events:
                self._events[number] = replace(
                    self._events[number],
                    moved=result.moved,
                    excerpt=Excerpt.of(result.data, self._keep_bytes),
                    offset=offset,
                    outcome=result.outcome,
                    note=result.note,
                    connection=end.connection,
                )
            self._unfinished.discard(number)
            self._changed.notify_all()

    def testify(self, end: End, at_s: float, action: str, asked: int | None, seen: Result) -> None:
        """Write down what another process says that it did with this end, when it was so late."""
        with self._changed:
            event = Event(0, at_s - self._start_s, end.who, action, asked=asked)
            self._told.append(
                replace(
                    event,
                    moved=seen.moved,
                    excerpt=Excerpt(bytes(seen.data), b"", max(seen.moved or 0, len(seen.data))),
                    offset=self._advance(end, seen),
                    outcome=seen.outcome,
                    note=seen.note,
                    connection=end.connection,
                    end=end.index,
                )
            )

    def connected(self, end: End, local: tuple | str, remote: tuple | str) -> None:
        """Note the names of a connection, and which one of its party's connections it is."""
        with self._changed:
            end.local, end.remote = local, remote
            end.connection = 1 + max(e.connection for e in self._ends if e.who == end.who)

    def new_end(self, who: str, peer: str | None = None) -> End:
        with self._changed:
            self._ends.append(End(len(self._ends), who, peer))
            return self._ends[-1]

    def _advance(self, end: End, result: Result) -> int | None:
        """Move the stream's offset on by what was moved; return where that began."""
        if result.stream is None:
            return None
        offset = getattr(end, result.stream)
        setattr(end, result.stream, offset + (result.moved or 0))
        return offset

    def _append(self, event: Event) -> None:
        self._events[event.number] = event
        self._count += 1
        if len(self._events) > self._keep_events:
            del self._events[event.number - self._keep_events // 2]

    def _settle(self) -> None:
        """Let calls that have returned be written down; a blocked one stays `unfinished`."""
        with self._changed:
            self._changed.wait_for(lambda: not self._unfinished, timeout=SETTLE_S)

    def _now_s(self) -> float:
        return time.monotonic() - self._start_s
