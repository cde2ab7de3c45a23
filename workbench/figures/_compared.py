"""Comparisons: bars against one that counts as 1, and latencies against a growing number.

Must not know what was measured: it is given numbers and names.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from workbench.figures._curves import WIDE_RATIO, _duration
from workbench.figures._drawing import Drawing
from workbench.figures._style import (
    DPI,
    HAIRLINE,
    INK,
    MUTED,
    PALE,
    PAPER,
    PRIMARY,
    SMALL_PT,
    TEXT_PT,
    WIDTH_IN,
    house_style,
    line_look,
    listed,
    plot_canvas,
    spread,
    text_width_in,
)

Bar = tuple[float, float, float]  # the middle, the least and the most that were seen
BAR_IN, PANEL_IN = 0.23, 0.62  # a bar; what a panel needs besides
GREY_MARKERS = ("s", "^", "D", "v", "P", "X", "<", ">", "p", "*", "h", "d")
BAR = {"color": PALE.colour, "edgecolor": MUTED, "linewidth": 0.5}
OVER_LINES = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}
LABEL_GAP = 0.068  # of the height: a line of text
ROOM = 1.6  # times the longest bar: its number stands behind it


@house_style
def ratio_bars(panels: Mapping[str, Mapping[str, Bar]], reference: str) -> Drawing:
    """Draw how many times as much as `reference` each one needs: a panel for each thing measured.

    A bar ends at the middle of what was seen, a thin line goes from the least to the most. The
    axis is logarithmic: half as much and twice as much are equally far from 1. The drawing's data
    is the panels. Raises ValueError for no panel, an empty one, and a bar of zero or less.
    """
    _refuse_bad_panels(panels)
    names = [name for bars in panels.values() for name in bars]
    left_in = 0.35 + max(map(text_width_in, names))
    heights_in = [PANEL_IN + BAR_IN * len(bars) for bars in panels.values()]
    most = max(high for bars in panels.values() for _, _, high in bars.values())
    least = min(low for bars in panels.values() for _, low, _ in bars.values())
    bounds = (min(0.5, least / ROOM), max(2.0, most * ROOM**2))
    figure = Figure(figsize=(WIDTH_IN, sum(heights_in) + 0.2), dpi=DPI, facecolor=PAPER)
    top_in = 0.1
    for (title, bars), height_in in zip(panels.items(), heights_in, strict=True):
        box_in = (left_in, top_in, WIDTH_IN - left_in - 0.3, height_in)
        _draw_panel(_panel(figure, box_in, bounds), title, bars, reference)
        top_in += height_in
    text = "\n".join(_in_words(title, bars, reference) for title, bars in panels.items())
    return Drawing({title: dict(bars) for title, bars in panels.items()}, text, figure)


def _refuse_bad_panels(panels: Mapping[str, Mapping[str, Bar]]) -> None:
    if not panels or not all(panels.values()):
        raise ValueError('nothing to draw: give {"per GB": {"squid": (2.5, 2.4, 2.7)}}')
    for title, bars in panels.items():
        for name, (middle, low, high) in bars.items():
            if not 0 < low <= middle <= high:
                raise ValueError(f"{title}, {name}: {low} ≤ {middle} ≤ {high} is no bar above 0")


def _panel(figure: Figure, box_in: tuple[float, ...], bounds: tuple[float, float]) -> Axes:
    """An axes with room for its title above and its ticks below. Inches from the top left."""
    left_in, top_in, width_in, height_in = box_in
    tall_in = figure.get_figheight()
    bottom = (tall_in - top_in - height_in + 0.27) / tall_in
    axes = figure.add_axes(
        (left_in / WIDTH_IN, bottom, width_in / WIDTH_IN, (height_in - PANEL_IN + 0.05) / tall_in)
    )
    axes.set(xscale="log", xlim=bounds)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(LogLocator(subs=(1,) if bounds[1] > WIDE_RATIO else (1, 2, 5)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:g}×"))
    return axes


def _draw_panel(axes: Axes, title: str, bars: Mapping[str, Bar], reference: str) -> None:
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.axvline(1, color=MUTED, lw=0.8, zorder=0)
    for place, (name, (middle, low, high)) in enumerate(bars.items()):
        axes.barh(place, middle - 1, left=1, height=0.66, zorder=1, **BAR)
        axes.plot((low, high), (place, place), color=INK, lw=0.9, zorder=2)
        if name == reference:  # its bar has no length
            axes.plot(1, place, marker="D", ms=6, color=PRIMARY.colour, zorder=3)
        at = {"textcoords": "offset points", "xytext": (6, 0), "va": "center", "size": SMALL_PT}
        axes.annotate(
            f"{middle:.2g}×" if middle < 10 else f"{middle:.0f}×", (max(high, 1), place), **at
        )
    axes.set_yticks(range(len(bars)), bars)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    for label in axes.get_yticklabels():
        label.set_weight("bold" if label.get_text() == reference else "normal")
    axes.set_title(f"{title}; {reference} = 1×", loc="left", size=TEXT_PT, pad=4)


def _in_words(title: str, bars: Mapping[str, Bar], reference: str) -> str:
    ranked = sorted(bars, key=lambda name: bars[name][0])
    words = [f"{name} {bars[name][0]:.2g}" for name in ranked]
    return f"{title}, {reference} = 1, the least first: {listed(words)}."


@house_style
def latency_by_count(
    curves: Mapping[str, Sequence[tuple[int, float]]],
    what: str,
    emphasis: Sequence[str] = (),
    title: str = "half of the answers took at most",
    log_counts: bool = False,
) -> Drawing:
    """Draw a latency in seconds against a number of `what`, such as "idle tunnels", by name.

    Those in `emphasis` are drawn strongly, the others in grey with a marker for each; every curve
    is led to its name. `title` says what took so long. With `log_counts` the numbers double from
    tick to tick, too. The drawing's data is the curves.
    Raises ValueError for no curves, an empty one, and a latency of zero or less.
    """
    curves = {name: tuple(points) for name, points in curves.items()}
    _refuse_bad_latencies(curves)
    waits = [wait_s for points in curves.values() for _, wait_s in points]
    counts = sorted({count for points in curves.values() for count, _ in points})
    bounds = (min(waits) / 1.3, max(waits) * 1.5)
    figure, axes = plot_canvas(
        max(3.8, 0.42 * len(curves)), 0.85, 0.8 + max(map(text_width_in, curves))
    )
    axes.set(xlim=(0, counts[-1] or 1), ylim=bounds, yscale="log")
    strokes = _strokes(curves, emphasis)
    for name, points in curves.items():
        axes.plot(*zip(*points, strict=True), **strokes[name], clip_on=False)
    _latency_ticks(axes, bounds)
    if log_counts:
        axes.set(xscale="log", xlim=(counts[0] / 1.2, counts[-1] * 1.2))
        axes.xaxis.set_major_locator(FixedLocator(counts))
        axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,.0f}"))
    axes.set_xlabel(what, size=TEXT_PT)
    _label_ends(axes, curves, strokes, counts[-1])
    axes.set_title(title, loc="left", size=TEXT_PT, x=0, pad=6)
    slowest = sorted(curves, key=lambda name: -curves[name][-1][1])
    text = f"Latency against the number of {what}, the slowest at its end first: {listed(slowest)}."
    return Drawing(curves, text, figure)


def _refuse_bad_latencies(curves: Mapping[str, Sequence[tuple[int, float]]]) -> None:
    if not curves or not all(curves.values()):
        raise ValueError('no curve to draw: give {"squid": [(0, seconds), (1000, seconds)]}')
    least_s = min(wait_s for points in curves.values() for _, wait_s in points)
    if least_s <= 0:
        raise ValueError(f"a latency of {least_s} s: time with perf_counter")


def _strokes(names: Iterable[str], emphasis: Sequence[str]) -> dict[str, dict[str, object]]:
    """How each curve is drawn: by its rank among those that matter; grey, with its own marker."""
    markers, strokes = cycle(GREY_MARKERS), {}
    for name in names:
        if name in emphasis:
            look = line_look(list(emphasis).index(name))
            style = {"color": look.colour, "ls": look.line, "marker": look.marker}
            strokes[name] = style | {"lw": 2, "ms": 5, "zorder": 4}
        else:
            style = {"color": MUTED, "ls": "-", "marker": next(markers), "mfc": PAPER}
            strokes[name] = style | {"lw": 0.9, "ms": 4.5, "mew": 0.8, "zorder": 3}
    return strokes


def _latency_ticks(axes: Axes, bounds: tuple[float, float]) -> None:
    subs = (1, 2, 5) if bounds[1] / bounds[0] < WIDE_RATIO else (1,)
    axes.yaxis.set_major_locator(LogLocator(subs=subs))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda wait_s, _: _duration(wait_s)))
    axes.grid(axis="y", color=HAIRLINE, lw=0.6)


def _label_ends(
    axes: Axes,
    curves: Mapping[str, Sequence[tuple[int, float]]],
    strokes: Mapping[str, Mapping[str, object]],
    most: int,
) -> None:
    """Lead each curve to its name at the right edge; or say where it ends, if that is before."""
    low, high = axes.get_ylim()
    whole = sorted(
        (math.log(points[-1][1] / low) / math.log(high / low), name)
        for name, points in curves.items()
        if points[-1][0] == most
    )
    free = spread([end for end, _ in whole], LABEL_GAP, low=0, high=1)
    for (end, name), height in zip(whole, free, strict=True):
        leader = {**strokes[name], "transform": axes.transAxes, "clip_on": False}
        leader |= {"markevery": [2], "scalex": False, "scaley": False}
        axes.plot((1, 1.04, 1.06), (end, height, height), **leader)
        _name(axes, name, strokes, (1.075, height), xycoords=axes.transAxes, va="center")
    for name, points in curves.items():
        if points[-1][0] < most:
            at = {"textcoords": "offset points", "xytext": (4, 5)}
            _name(axes, name, strokes, points[-1], " ends", **at, bbox=OVER_LINES, zorder=5)


def _name(
    axes: Axes,
    name: str,
    strokes: Mapping[str, Mapping[str, object]],
    place: tuple[float, float],
    more: str = "",
    **how: object,
) -> None:
    """Write a curve's name: in bold letters if it is one that matters."""
    weight = "normal" if strokes[name]["color"] == MUTED else "bold"
    axes.annotate(name + more, place, size=TEXT_PT, weight=weight, **how)
