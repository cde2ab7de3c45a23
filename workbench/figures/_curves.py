"""Curves: totals of bytes over time, and latencies by percentile.

Must not know what was measured: it is given numbers and names.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from workbench.figures._drawing import Drawing
from workbench.figures._style import (
    HAIRLINE,
    PAPER,
    SMALL_PT,
    TEXT_PT,
    house_style,
    label_right_ends,
    line_look,
    listed,
    plot_canvas,
    text_width_in,
    time_unit,
)
from workbench.timeline import Mark


@house_style
def cumulative_bytes(
    curves: Mapping[str, Sequence[tuple[float, int]]],
    what: str = "bytes",
    marks: Iterable[Mark] = (),
) -> Drawing:
    """Draw totals over time as steps, such as the bytes offered, accepted and read.

    Each curve is (time in seconds, total so far), in order of time; `what` is counted, such as
    "turns". Each of `marks` is a dot on the curve that its `who` names, such as its FIN. The
    drawing's data is the curves. Raises ValueError for no curve, an empty one, one whose time or
    total goes back, and a mark of a curve that is not there.
    """
    curves = {name: tuple(points) for name, points in curves.items()}
    marks = tuple(marks)
    _refuse_bad_curves(curves)
    if strangers := {mark.who for mark in marks} - set(curves):
        raise ValueError(f"no curve {listed(sorted(strangers))}: nowhere to put the mark")
    first_s = min(points[0][0] for points in curves.values())
    last_s = max(at_s for points in (*curves.values(), marks) for at_s, *_ in points)
    factor, unit = time_unit(last_s - first_s)
    most = max(points[-1][1] for points in curves.values()) or 1
    labels = {name: f"{name}  {points[-1][1]:,}" for name, points in curves.items()}
    right_in = min(2.6, 0.5 + max(text_width_in(text) for text in labels.values()))
    figure, axes = plot_canvas(3.2, 0.95, right_in)
    axes.set(xlim=(0, (last_s - first_s) * factor or 1), ylim=(0, most * 1.05))
    for index, points in enumerate(curves.values()):
        look = line_look(index)
        # Each total holds until the story ends, so that all curves reach the right edge.
        times = [(at_s - first_s) * factor for at_s, _ in (*points, (last_s, 0))]
        totals = [total for _, total in (*points, points[-1])]
        axes.plot(times, totals, color=look.colour, ls=look.line, lw=1.8, drawstyle="steps-post")
    for mark in marks:
        _draw_mark(axes, mark, curves, ((mark.at_s - first_s) * factor, most))
    ends_at = {labels[name]: points[-1][1] / (most * 1.05) for name, points in curves.items()}
    label_right_ends(axes, ends_at, gap=0.075)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda total, _: f"{total:,.0f}"))
    axes.set_xlabel(f"time, {unit}", size=TEXT_PT)
    axes.set_title(f"{what} in total", loc="left", size=TEXT_PT, x=0, pad=6)
    ends = sorted(curves, key=lambda name: (-curves[name][-1][1], list(curves).index(name)))
    text = f"{what.capitalize()} in total over time, the most at the end first: {listed(ends)}."
    for who in dict.fromkeys(mark.who for mark in marks):
        words = [mark.label for mark in sorted(marks) if mark.who == who]
        text += f"\n{who}, marked: {', then '.join(words)}."
    return Drawing(curves, text, figure)


def _draw_mark(
    axes: Axes,
    mark: Mark,
    curves: Mapping[str, Sequence[tuple[float, int]]],
    place: tuple[float, int],
) -> None:
    """Put a dot where the curve is at that moment, and the label on the side that has more room."""
    x, most = place
    total = max((n for at_s, n in curves[mark.who] if at_s <= mark.at_s), default=0)
    colour = line_look(list(curves).index(mark.who)).colour
    axes.plot(x, total, "o", color=colour, mec=PAPER, ms=8, zorder=4, clip_on=False)
    left, low = x > axes.get_xlim()[1] / 2, total < most / 2
    at = {"textcoords": "offset points", "xytext": (-7 if left else 7, 8 if low else -8)}
    at |= {"ha": "right" if left else "left", "va": "bottom" if low else "top"}
    axes.annotate(mark.label, (x, total), size=SMALL_PT, **at)


def _refuse_bad_curves(curves: Mapping[str, Sequence[tuple[float, int]]]) -> None:
    if not curves:
        raise ValueError('no curve to draw: give {"accepted": [(seconds, total bytes), ...]}')
    for name, points in curves.items():
        if not points:
            raise ValueError(
                f"curve {name!r} is empty: record a total at the start, such as (0, 0)"
            )
        if any(after[0] < before[0] or after[1] < before[1] for before, after in pairwise(points)):
            raise ValueError(f"curve {name!r} goes back: give totals in order of time, not pieces")


TICKS = (0, 50, 75, 90, 95, 99, 99.9)
EMPHASIS = (50.0, 90.0, 99.0)
TAIL_MOST, SLOWEST = 3.4, 0.15  # the axis ends past 99.9 %; the slowest has the last bit alone
WIDE_RATIO = 300  # a log axis that spans less needs ticks between its powers of ten


@house_style
def latency_percentiles(series: Mapping[str, Sequence[float]]) -> Drawing:
    """Draw what share of waits was at most how long, with 50, 90 and 99 % marked.

    `series` has seconds by name. The axis stretches towards 100 %, for the tail is what a user
    feels. A percentile is the nearest rank: a wait that was really observed. The drawing's data
    is {name: {percentile: seconds}}. Raises ValueError for no waits, or one of zero or less.
    """
    _refuse_bad_series(series)
    ranked = {name: sorted(waits) for name, waits in series.items()}
    data = {
        name: {percent: nearest_rank(waits, percent) for percent in (0.0, *EMPHASIS, 100.0)}
        for name, waits in ranked.items()
    }
    low, high = (pick(waits[i] for waits in ranked.values()) for pick, i in ((min, 0), (max, -1)))
    bounds = (low / 1.3, high * 1.3)
    labels = {name: f"{name}  (n = {len(waits):,})" for name, waits in series.items()}
    right_in = min(2.8, 0.5 + max(text_width_in(text) for text in labels.values()))
    figure, axes = plot_canvas(3.4, 0.85, right_in)
    end = min(TAIL_MOST, max(2.3, *(math.log10(len(waits)) + SLOWEST for waits in ranked.values())))
    axes.set(xlim=(0, end), ylim=bounds, yscale="log")
    for index, (name, waits) in enumerate(ranked.items()):
        _draw_percentiles(axes, waits, data[name], index, end)
    _percent_ticks(axes, end)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda wait_s, _: _duration(wait_s)))
    subs = (1, 2, 5) if bounds[1] / bounds[0] < WIDE_RATIO else (1,)
    axes.yaxis.set_major_locator(LogLocator(subs=subs))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_title("waited at most", loc="left", size=TEXT_PT, x=0, pad=6)
    span = math.log(bounds[1] / bounds[0])
    ends_at = {labels[n]: math.log(waits[-1] / bounds[0]) / span for n, waits in ranked.items()}
    label_right_ends(axes, ends_at, gap=0.07)
    slowest = sorted(data, key=lambda name: -data[name][99.0])
    text = f"Latency by percentile, the slowest at 99 % first: {listed(slowest)}."
    return Drawing(data, text, figure)


def _refuse_bad_series(series: Mapping[str, Sequence[float]]) -> None:
    if not series:
        raise ValueError('no series to draw: give {"select": [seconds, ...]}')
    for name, waits in series.items():
        if not len(waits):
            raise ValueError(f"series {name!r} is empty: measure at least one wait")
        if min(waits) <= 0:
            raise ValueError(
                f"series {name!r} has a wait of {min(waits)} s: time with perf_counter"
            )


def nearest_rank(ranked: Sequence[float], percent: float) -> float:
    """Return the smallest of the ascending `ranked` that `percent` of them do not exceed."""
    return ranked[max(math.ceil(percent / 100 * len(ranked)) - 1, 0)]


def _draw_percentiles(
    axes: Axes, ranked: Sequence[float], marked: Mapping[float, float], index: int, end: float
) -> None:
    look = line_look(index)
    shares = [rank / len(ranked) for rank in range(len(ranked))]
    places = [_tail(share, end) for share in shares]
    axes.plot(
        [*places, end],
        [*ranked, ranked[-1]],
        color=look.colour,
        ls=look.line,
        lw=1.6,
        drawstyle="steps-post",
    )
    for percent in EMPHASIS:
        at = (_tail(percent / 100, end), marked[percent])
        axes.plot(*at, look.marker, color=look.colour, mec=PAPER, ms=7, zorder=3)


def _tail(share: float, end: float) -> float:
    """Return the x of a share: half the waits take 0.3, nine tenths 1, 99 % 2, 99.9 % 3."""
    return end if share >= 1 else min(-math.log10(1 - share), end - SLOWEST)


def _percent_ticks(axes: Axes, end: float) -> None:
    percents = [p for p in TICKS if _tail(p / 100, end) <= end - 2 * SLOWEST]
    ticks = [*(_tail(percent / 100, end) for percent in percents), end]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.set_xticklabels([*(f"{percent:g}" for percent in percents), "100"])
    for label, percent in zip(axes.get_xticklabels(), (*percents, 100), strict=True):
        label.set_fontweight("bold" if percent in EMPHASIS else "normal")
    for percent in EMPHASIS:
        axes.axvline(_tail(percent / 100, end), color=HAIRLINE, lw=0.8, zorder=0)
    axes.set_xlabel("percent of all waits (stretched towards 100)", size=TEXT_PT)


def _duration(wait_s: float) -> str:
    factor, unit = (1e6, "µs") if wait_s < 1e-3 else (1e3, "ms") if wait_s < 1 else (1.0, "s")
    return f"{wait_s * factor:,.3g} {unit}"
