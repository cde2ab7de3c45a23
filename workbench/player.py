"""A player of a select loop's recorded turns: slider, next, previous, and a still figure.

Knows no socket: it shows what a `TurnRecorder` has noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from workbench.turns import Moved, Turn, names_in

if TYPE_CHECKING:
    from workbench.figures import Drawing

TABLE_STYLE = "table-layout: fixed; width: 46em; text-align: left"  # columns must not jump about


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
