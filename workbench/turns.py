"""The turns of a select loop: a recorder around `select.select`, and a player to step through them.

Must not know what the loop serves: it sees sockets, the names given to them, and counts of bytes.
"""

from __future__ import annotations

import select
import socket
import time
from collections import deque
from collections.abc import Mapping, MutableMapping, Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from workbench.figures import Drawing

TABLE_STYLE = "table-layout: fixed; width: 46em; text-align: left"  # columns must not jump about
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


class Player:
    """Shows recorded turns one at a time; in a notebook, its value displays itself.

    With the keyboard alone: Tab to the slider and use the arrow keys, Page Up and Down, Home and
    End; or Tab to a button and press Space. The still figure of all turns stands below, for the
    whole at a glance and for pages without widgets.
    """

    def __init__(self, turns: Sequence[Turn]) -> None:
        from workbench.figures import readiness_raster

        self.turns = tuple(turns)
        self.still: Drawing = readiness_raster(self.turns)
        self._names = names_in(self.turns)
        self._fullest = max(
            (pending for turn in self.turns for pending in turn.buffered.values()), default=0
        )

    def table(self, index: int) -> str:
        """Return turn `index`, counted from 0, as an HTML table with a row for each socket."""
        turn = self.turns[index]
        ready = len({*turn.readable, *turn.writable, *turn.exceptional})
        caption = (
            f"Turn {index + 1} of {len(self.turns)}: waited {turn.waited_s * 1e3:.3f} ms, "
            f"{ready} of {len(self._names)} ready"
        )
        heads = ("socket", "asked", "returned", "received", "sent", "waiting to be sent")
        head = "".join(f'<th scope="col">{text}</th>' for text in heads)
        rows = "".join(self._row(turn, name) for name in self._names)
        return (
            f'<div role="status"><table style="{TABLE_STYLE}"><caption>{caption}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _row(self, turn: Turn, name: str) -> str:
        asked = _words(name, read=turn.asked_read, write=turn.asked_write)
        returned = _words(
            name,
            readable=turn.readable,
            writable=turn.writable,
            exceptional=turn.exceptional,
        )
        moved = turn.moved.get(name, Moved())
        cells = (asked, returned, _count(moved.received), _count(moved.sent))
        level = self._level(turn.buffered.get(name))
        return (
            f'<tr><th scope="row">{escape(name)}</th>'
            + "".join(f"<td>{cell or '–'}</td>" for cell in (*cells, level))
            + "</tr>"
        )

    def _level(self, pending: int | None) -> str:
        if pending is None:
            return ""
        meter = f'<meter min="0" max="{max(self._fullest, 1)}" value="{pending}"></meter>'
        return f"{meter} {pending:,}"

    def widget(self) -> object:
        """Return the ipywidgets box: slider, buttons, table. Raises ImportError without them."""
        import ipywidgets

        last = len(self.turns) - 1
        slider = ipywidgets.IntSlider(
            value=1, min=1, max=last + 1, description="turn", continuous_update=True
        )
        previous = ipywidgets.Button(description="previous", icon="chevron-left")
        following = ipywidgets.Button(description="next", icon="chevron-right")
        table = ipywidgets.HTML(self.table(0))

        def show(*_: object) -> None:
            table.value = self.table(slider.value - 1)
            previous.disabled, following.disabled = slider.value == 1, slider.value == last + 1

        def step(by: int) -> None:
            slider.value = min(max(slider.value + by, 1), last + 1)

        previous.on_click(lambda _: step(-1))
        following.on_click(lambda _: step(+1))
        slider.observe(show, names="value")
        show()
        return ipywidgets.VBox([ipywidgets.HBox([previous, following, slider]), table])

    def _ipython_display_(self) -> None:
        """Show the widget where there are widgets, and always the still figure with its words.

        Only the widget's view is sent: its text/plain would differ in every run.
        """
        from IPython.display import display

        try:
            box = self.widget()
        except ImportError:
            pass
        else:
            view = "application/vnd.jupyter.widget-view+json"
            display({view: box._repr_mimebundle_()[view]}, raw=True)
        display(self.still)


def player(turns: Sequence[Turn]) -> Player:
    """Return a `Player` of `turns`. Raises ValueError if there are none."""
    return Player(turns)


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _words(name: str, **lists: Sequence[str]) -> str:
    """Return the words whose lists hold `name`."""
    return ", ".join(word for word, names in lists.items() if name in names)
