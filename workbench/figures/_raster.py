"""The readiness raster: which socket was watched and ready in which turn of a select loop.

Must not know the loop: it is given the recorded turns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from workbench.figures._drawing import Drawing
from workbench.figures._style import (
    ACCENT,
    ALERT,
    HAIRLINE,
    INK,
    PRIMARY,
    ROUND_STEPS,
    TEXT_PT,
    WASH,
    WIDTH_IN,
    counted,
    house_style,
    legend_above,
    plot_canvas,
    shorten,
    text_width_in,
    time_unit,
)
from workbench.turns import Turn, names_in

WIDEST_NAME_IN = 1.8
NARROWEST = 0.004  # of the whole axis
MOST_SEPARATE = 80  # up to this many turns each has a cell of its own, with air between
LANES = (
    ("readable", PRIMARY, 0.0),
    ("writable", ACCENT, 1 / 3),
    ("exceptional", ALERT, 2 / 3),
)
Bar = tuple[float, float]


@house_style
def readiness_raster(turns: Sequence[Turn], against: Literal["turn", "time"] = "turn") -> Drawing:
    """Draw a row for each socket with three lanes: readable, writable, exceptional.

    A pale cell says that the socket was watched. Against "time" it lasts while select waits, and
    the coloured bar from select's return to the next call: the loop's own work. The drawing's
    data is the turns. Raises ValueError if there are none.
    """
    turns = tuple(turns)
    if not turns:
        raise ValueError("no turns to draw: run the loop with the recorder's select first")
    if against not in ("turn", "time"):
        raise ValueError(f'no axis {against!r}: choose "turn" or "time"')
    names = names_in(turns)
    factor, unit = (1.0, "turn") if against == "turn" else time_unit(turns[-1].at_s)
    watched, ready = _cells(turns, against, factor)
    left_in = 0.35 + max((min(text_width_in(n), WIDEST_NAME_IN) for n in names), default=0.5)
    figure, axes = plot_canvas(1.2 + 0.42 * max(len(names), 1), left_in, top_in=0.5)
    for row, name in enumerate(names):
        _draw_row(axes, row, name, turns, watched, ready)
        axes.text(
            -0.1 / (WIDTH_IN - left_in - 0.3),
            row,
            shorten(name, WIDEST_NAME_IN),
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
        )
    axes.set(xlim=(watched[0][0], sum(ready[-1])), ylim=(len(names) - 0.45, -0.55), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(10, integer=against == "turn", steps=ROUND_STEPS))
    axes.set_xlabel("turn of the loop" if against == "turn" else f"time, {unit}", size=TEXT_PT)
    _legend(axes, "watched" if against == "turn" else "watched while select waits")
    return Drawing(turns, _in_words(turns, names), figure)


def _cells(turns: Sequence[Turn], against: str, factor: float) -> tuple[list[Bar], list[Bar]]:
    """Return (left, width) on the x axis of each turn's watching, and of what came of it."""
    if against == "turn":
        cells = [(number - 0.5, 1.0) for number in range(1, len(turns) + 1)]
        return cells, cells
    called = [turn.at_s * factor for turn in turns]
    returned = [(turn.at_s + turn.waited_s) * factor for turn in turns]
    # Nobody knows when the last turn's work ended; and microseconds of work must still be seen.
    least = (returned[-1] - called[0]) * NARROWEST or 1.0
    ends = [*called[1:], returned[-1] + least]
    waits = [(start, end - start) for start, end in zip(called, returned, strict=True)]
    work = [(start, max(end - start, least)) for start, end in zip(returned, ends, strict=True)]
    return waits, work


def _draw_row(
    axes: Axes,
    row: int,
    name: str,
    turns: Sequence[Turn],
    watched: Sequence[Bar],
    ready: Sequence[Bar],
) -> None:
    air = 0.12 if len(turns) <= MOST_SEPARATE else 0.0
    top, height = row - 0.36, 0.72
    asked = (name in turn.asked_read or name in turn.asked_write for turn in turns)
    bars = _bars(asked, watched, air)
    axes.broken_barh(bars, (top, height), fc=WASH, ec=HAIRLINE, lw=0.4 if air else 0)
    for lane, look, offset in LANES:
        returned = (name in getattr(turn, lane) for turn in turns)
        where = (top + offset * height, height / 3)
        edge = {"ec": INK, "lw": 0.5} if air else {"ec": look.colour, "lw": 0}
        bars = _bars(returned, ready, air)
        axes.broken_barh(bars, where, fc=look.colour, hatch=look.hatch, **edge)


def _bars(chosen: Iterable[bool], cells: Sequence[Bar], air: float) -> list[Bar]:
    """Return the chosen cells as bars. Without air between them, neighbours become one bar."""
    bars: list[Bar] = []
    for yes, (left, width) in zip(chosen, cells, strict=True):
        if not yes:
            continue
        if bars and not air and math.isclose(sum(bars[-1]), left):
            bars[-1] = (bars[-1][0], left + width - bars[-1][0])
        else:
            bars.append((left + air * width / 2, width * (1 - air)))
    return bars


def _legend(axes: Axes, watched: str) -> None:
    patches = [Patch(fc=look.colour, hatch=look.hatch, ec=INK, lw=0.5) for _, look, _ in LANES]
    patches.append(Patch(fc=WASH, ec=HAIRLINE, lw=0.6))
    words = [*(lane for lane, _, _ in LANES), watched]
    legend_above(axes, patches, words)


def _in_words(turns: Sequence[Turn], names: Sequence[str]) -> str:
    """Say never, some or every: how many turns a loop takes differs from run to run."""
    lines = [f"Turns of a select loop with {counted(len(names), 'socket')}."]
    for name in names:
        parts = []
        for lane, _, _ in LANES:
            if times := sum(name in getattr(turn, lane) for turn in turns):
                parts.append(f"{lane} in {'every turn' if times == len(turns) else 'some turns'}")
        lines.append(f"{name}: {', '.join(parts) or 'never ready'}.")
    return "\n".join(lines)
