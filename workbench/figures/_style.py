"""The one look of all figures: width, palette, fonts, and how much room a text takes.

Must not know what any figure shows, nor touch the figures of others: no pyplot, no global state.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from typing import NamedTuple, ParamSpec, TypeVar

import matplotlib.style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

WIDTH_IN = 7.5  # a notebook's column; 1500 px at DPI
DPI = 200
POINTS_PER_INCH = 72
LEGEND_IN = 5.6  # the width that a legend may take
ROUND_STEPS = (1, 2, 2.5, 5, 10)  # between ticks
SANS, MONO = "DejaVu Sans", "DejaVu Sans Mono"  # matplotlib ships both: the same on every system
TEXT_PT, SMALL_PT = 8.5, 7.0
INK, MUTED, HAIRLINE, WASH, PAPER = "#1a1a1a", "#606060", "#cccccc", "#f1f1f1", "#ffffff"


class Look(NamedTuple):
    """How one kind of thing is told from the others: by colour and, in grey, by all the rest."""

    colour: str
    line: str | tuple[int, tuple[float, ...]]
    hatch: str
    marker: str


# Safe for the colour-blind, and each colour has a grey value of its own (0.32, 0.51, 0.68, 0.85).
LOOKS = (
    Look("#1b5e9b", "-", "", "o"),
    Look("#d9623b", (0, (5, 1.5)), "////", "s"),
    Look("#e8a33d", (0, (1.2, 1.2)), "....", "^"),
    Look("#bfdff2", (0, (6, 1.5, 1, 1.5)), "\\\\\\\\", "D"),
)
PRIMARY, ALERT, ACCENT, PALE = LOOKS

RC = {
    "font.family": SANS,
    "font.size": TEXT_PT,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": SMALL_PT + 0.5,
    "ytick.labelsize": SMALL_PT + 0.5,
    "hatch.linewidth": 0.7,
    "lines.solid_capstyle": "butt",
    "svg.fonttype": "none",
    "svg.hashsalt": "figures",  # without it the ids in an SVG differ from run to run
}

P = ParamSpec("P")
R = TypeVar("R")


def house_style(draw: Callable[P, R]) -> Callable[P, R]:
    """Wrap `draw` so that it runs in this style, whatever the user's own matplotlibrc says."""

    @wraps(draw)
    def in_style(*args: P.args, **kwargs: P.kwargs) -> R:
        with matplotlib.style.context(["default", RC]):
            return draw(*args, **kwargs)

    return in_style


def inch_canvas(height_in: float) -> tuple[Figure, Axes]:
    """Return a figure and a bare axes over all of it, in inches from the top left corner."""
    figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH_IN), ylim=(height_in, 0))
    axes.axis("off")
    return figure, axes


def plot_canvas(
    height_in: float, left_in: float, right_in: float = 0.3, top_in: float = 0.25
) -> tuple[Figure, Axes]:
    """Return a figure and an axes with the margins given, and room below for a labelled x axis."""
    bottom_in = 0.55
    figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, facecolor=PAPER)
    width, height = WIDTH_IN - left_in - right_in, height_in - top_in - bottom_in
    box = (left_in / WIDTH_IN, bottom_in / height_in, width / WIDTH_IN, height / height_in)
    return figure, figure.add_axes(box)


@lru_cache(maxsize=4096)
def text_width_in(text: str, size_pt: float = TEXT_PT, family: str = SANS) -> float:
    """Return how many inches wide `text` is when drawn."""
    font = FontProperties(family=family, size=size_pt)
    width_pt, _, _ = TextToPath().get_text_width_height_descent(text, font, ismath=False)
    return width_pt / POINTS_PER_INCH


def shorten(text: str, room_in: float, size_pt: float = TEXT_PT, family: str = SANS) -> str:
    """Return `text`, or as much of it as fits into `room_in` with an ellipsis at its end."""
    if text_width_in(text, size_pt, family) <= room_in:
        return text
    kept = len(text) - 1
    while kept > 0 and text_width_in(text[:kept] + "…", size_pt, family) > room_in:
        kept -= 1
    return text[:kept].rstrip() + "…"


def spread(
    wanted: Sequence[float], gap: float, low: float = -math.inf, high: float = math.inf
) -> list[float]:
    """Return ascending positions at least `gap` apart, as near to the ascending `wanted` as can be.

    None is below `low`, nor above `high` while there is room. Neighbours that would collide form
    a block, centred on the mean of what its members want.
    """
    last = len(wanted) - 1
    wanted = [
        max(min(position, high - (last - index) * gap), low + index * gap)
        for index, position in enumerate(wanted)
    ]
    blocks: list[tuple[float, int]] = []  # (mean of the wanted centres, members)
    for position in wanted:
        mean, count = position, 1
        while blocks and blocks[-1][0] + gap * (blocks[-1][1] + count) / 2 > mean:
            before, members = blocks.pop()
            mean = (before * members + mean * count) / (members + count)
            count += members
        blocks.append((mean, count))
    return [
        mean + gap * (index - (count - 1) / 2) for mean, count in blocks for index in range(count)
    ]


def line_look(index: int) -> Look:
    """Return the look of curve `index`. The palest colour is too faint for a line: ink instead."""
    look = LOOKS[index % len(LOOKS)]
    return look._replace(colour=INK) if look is PALE else look


def label_right_ends(axes: Axes, ends_at: dict[str, float], gap: float) -> None:
    """Write each label right of the axes at its height (0 to 1), `gap` apart where ends meet.

    A line in the look of the label's curve, by their order, leads from its end to the label.
    """
    given = list(ends_at)
    labels = sorted(given, key=lambda label: (ends_at[label], -given.index(label)))
    free = spread([ends_at[label] for label in labels], gap, low=0, high=1)
    for label, height in zip(labels, free, strict=True):
        look = line_look(given.index(label))
        leader = {"transform": axes.transAxes, "clip_on": False, "lw": 1.8}
        path = [1.0, 1.01, 1.045], [ends_at[label], height, height]
        axes.plot(*path, color=look.colour, ls=look.line, scalex=False, scaley=False, **leader)
        axes.text(1.055, height, label, transform=axes.transAxes, va="center", size=TEXT_PT)


def legend_columns(words: Sequence[str]) -> int:
    """Return how many words of a legend stand side by side."""
    widths_in = [0.55 + text_width_in(word, SMALL_PT + 0.5) for word in words]
    if sum(widths_in) <= LEGEND_IN:
        return len(words)
    return min(len(words), max(1, int(LEGEND_IN / max(widths_in))))


def legend_height_in(words: Sequence[str]) -> float:
    """Return the room that `legend_above` needs, 0 without words."""
    return 0.1 + 0.19 * math.ceil(len(words) / legend_columns(words)) if words else 0.0


def legend_above(axes: Axes, handles: Sequence[Artist], words: Sequence[str]) -> None:
    """Write a legend in rows above the axes, read as a text is. Without words: nothing."""
    if not words:
        return
    columns = legend_columns(words)
    by_column = [index for column in range(columns) for index in range(column, len(words), columns)]
    axes.legend(
        [handles[index] for index in by_column],
        [words[index] for index in by_column],
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=SMALL_PT + 0.5,
        borderaxespad=0.4,
        borderpad=0,
        columnspacing=1.6,
        handlelength=1.8,
    )


def ink_on(colour: str) -> str:
    """Return the text colour that reads well on `colour`."""
    return PAPER if grey_value(colour) < 0.45 else INK


def grey_value(colour: str) -> float:
    """Return the brightness of `colour` printed in grey: 0 is black, 1 is white (ITU-R BT.601)."""
    red, green, blue = to_rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


def time_unit(span_s: float) -> tuple[float, str]:
    """Return (units per second, name of the unit) that suits a stretch of `span_s` seconds."""
    if span_s < 2e-3:
        return 1e6, "µs"
    if span_s < 2:
        return 1e3, "ms"
    return 1.0, "s"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Return "1 read", "700 reads", "3,000,000 bytes"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def roughly(number: int, most: int, singular: str) -> str:
    """Return the count up to `most`, then "more than 8 recvs".

    Few are few in every run; how many are many is a matter of chance, and words must not change.
    """
    return counted(number, singular) if number <= most else f"more than {most} {singular}s"


def listed(words: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
