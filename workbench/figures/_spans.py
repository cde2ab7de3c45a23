"""Spans of time: who waited for what (Gantt), and which state each end was in.

Must not know who measured them. Of the words only TCP's states mean something here: a colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from workbench.figures._drawing import Drawing
from workbench.figures._style import (
    ACCENT,
    ALERT,
    INK,
    LOOKS,
    MUTED,
    PALE,
    PAPER,
    PRIMARY,
    ROUND_STEPS,
    SMALL_PT,
    TEXT_PT,
    WASH,
    WIDTH_IN,
    Look,
    house_style,
    ink_on,
    legend_above,
    legend_height_in,
    listed,
    plot_canvas,
    roughly,
    shorten,
    spread,
    text_width_in,
    time_unit,
)
from workbench.timeline import Mark, Span

WIDEST_NAME_IN = 1.8
RIGHT_IN = 0.3
MOST_STEPS = 12  # alt_text tells one party's steps up to this many, then counts them
HATCHES_AGAIN = ("xxxx", "oo")  # for a fifth word and a ninth: the colours come again
BAR = 0.5  # height of a bar, in rows


@house_style
def gantt(spans: Iterable[Span]) -> Drawing:
    """Draw a row for each party with a bar for each span; colour and hatch say what it did.

    The drawing's data is the spans. Raises ValueError if there are none, or one ends before it
    starts.
    """
    spans = _checked(spans)
    looks = _looks(spans)
    axes = _rows(spans, row_in=0.36, legend=list(looks))
    _draw_bars(axes, spans, looks)
    _legend(axes, looks, {doing: doing for doing in looks})
    return Drawing(spans, _in_words(spans), axes.figure)


@house_style
def state_timeline(spans: Iterable[Span], marks: Iterable[Mark] = ()) -> Drawing:
    """Draw the states of each end over time, each state's name in its bar.

    A bar too short for the name gets a number, explained above. Each of `marks` is a dot on the
    lower edge of its party's bar, with its label. The drawing's data is the spans. Raises
    ValueError as `gantt` does, and for a mark of a party that has no span.
    """
    spans, marks = _checked(spans), tuple(marks)
    if strangers := {mark.who for mark in marks} - set(_parties(spans)):
        raise ValueError(f"no span of {listed(sorted(strangers))}: nowhere to put the mark")
    looks = {span.doing: _look_of_state(span.doing) for span in spans}
    short = [span for span in spans if not _fits(span, spans)]
    numbers = {doing: n for n, doing in enumerate(dict.fromkeys(s.doing for s in short), start=1)}
    words = {doing: f"{number}  {doing}" for doing, number in numbers.items()}
    axes = _rows(spans, row_in=0.66, legend=list(words.values()))
    _draw_bars(axes, spans, looks)
    for span in spans:
        if span not in short:
            _write_in_bar(axes, span, spans, ink_on(looks[span.doing].colour))
    _number_short(axes, short, spans, numbers)
    _draw_marks(axes, marks, spans)
    _legend(axes, looks, words)
    return Drawing(spans, _in_words(spans, marks), axes.figure)


def _checked(spans: Iterable[Span]) -> tuple[Span, ...]:
    spans = tuple(spans)
    if not spans:
        raise ValueError("no spans to draw: record at least one, Span(who, start_s, end_s, doing)")
    for span in spans:
        if span.end_s < span.start_s:
            raise ValueError(f"{span} ends before it starts: give both times from one clock")
    return spans


def _parties(spans: Sequence[Span]) -> list[str]:
    return list(dict.fromkeys(span.who for span in spans))


def _looks(spans: Sequence[Span]) -> dict[str, Look]:
    """Give each word a look of its own: four colours, and hatches once these come again."""
    looks = {}
    for index, doing in enumerate(dict.fromkeys(span.doing for span in spans)):
        look, again = LOOKS[index % len(LOOKS)], index // len(LOOKS)
        hatch = HATCHES_AGAIN[(again - 1) % 2] if again else look.hatch
        looks[doing] = look._replace(hatch=hatch)
    return looks


def _look_of_state(state: str) -> Look:
    """Colour the phase of a connection's life; the name in the bar says which state it is."""
    name = state.upper().replace("-", "_")
    if name.startswith("SYN"):
        return ACCENT._replace(hatch="")
    if name == "TIME_WAIT":
        return ALERT._replace(hatch="")
    phase = {"ESTABLISHED": PRIMARY.colour, "CLOSED": WASH, "LISTEN": WASH}
    return Look(phase.get(name, PALE.colour), "-", "", "o")


def _left_in(spans: Sequence[Span]) -> float:
    return 0.35 + max(min(text_width_in(who), WIDEST_NAME_IN) for who in _parties(spans))


def _extent(spans: Sequence[Span]) -> tuple[float, float, float]:
    """Return the first and the last second, and the inches of paper for one second."""
    first_s, last_s = min(span.start_s for span in spans), max(span.end_s for span in spans)
    return first_s, last_s, (WIDTH_IN - _left_in(spans) - RIGHT_IN) / ((last_s - first_s) or 1.0)


def _rows(spans: Sequence[Span], row_in: float, legend: Sequence[str]) -> Axes:
    """Return an axes with a row for each party, time in inches along x and its ticks in a unit."""
    parties = _parties(spans)
    first_s, last_s, per_s_in = _extent(spans)
    top_in = 0.15 + legend_height_in(legend)
    height_in = top_in + row_in * len(parties) + 0.65
    _, axes = plot_canvas(height_in, _left_in(spans), RIGHT_IN, top_in)
    factor, unit = time_unit(last_s - first_s)
    locator = MaxNLocator(8, steps=ROUND_STEPS)
    ticks = [tick for tick in locator.tick_values(0, (last_s - first_s) * factor) if tick >= 0]
    axes.set_xticks([tick / factor * per_s_in for tick in ticks], [f"{tick:g}" for tick in ticks])
    end_in = (last_s - first_s) * per_s_in or WIDTH_IN - _left_in(spans) - RIGHT_IN
    axes.set(xlim=(0, end_in), ylim=(len(parties) - 0.4, -0.6))
    axes.set_yticks(range(len(parties)), [shorten(who, WIDEST_NAME_IN) for who in parties])
    axes.tick_params(axis="y", length=0, labelsize=TEXT_PT, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"time, {unit}", size=TEXT_PT)
    return axes


def _draw_bars(axes: Axes, spans: Sequence[Span], looks: Mapping[str, Look]) -> None:
    first_s, _, per_s_in = _extent(spans)
    parties = _parties(spans)
    for span in spans:
        look = looks[span.doing]
        bar = ((span.start_s - first_s) * per_s_in, (span.end_s - span.start_s) * per_s_in)
        where = (parties.index(span.who) - BAR / 2, BAR)
        axes.broken_barh([bar], where, fc=look.colour, hatch=look.hatch, ec=INK, lw=0.5)


def _middle_in(span: Span, spans: Sequence[Span]) -> float:
    first_s, _, per_s_in = _extent(spans)
    return ((span.start_s + span.end_s) / 2 - first_s) * per_s_in


def _fits(span: Span, spans: Sequence[Span]) -> bool:
    room_in = (span.end_s - span.start_s) * _extent(spans)[2]
    return text_width_in(span.doing, SMALL_PT) + 0.1 <= room_in


def _write_in_bar(axes: Axes, span: Span, spans: Sequence[Span], colour: str) -> None:
    axes.text(
        _middle_in(span, spans),
        _parties(spans).index(span.who),
        span.doing,
        ha="center",
        va="center",
        size=SMALL_PT,
        color=colour,
    )


def _number_short(
    axes: Axes, short: Sequence[Span], spans: Sequence[Span], numbers: Mapping[str, int]
) -> None:
    """Write the number of each short bar above it, joined by a line where it has to stand off."""
    for row, who in enumerate(_parties(spans)):
        mine = sorted((span for span in short if span.who == who), key=lambda span: span.start_s)
        wanted = [_middle_in(span, spans) for span in mine]
        for span, bar_x, x in zip(mine, wanted, spread(wanted, 0.16, low=0.05), strict=True):
            axes.plot([bar_x, x], [row - BAR / 2, row - 0.38], color=MUTED, lw=0.5, clip_on=False)
            at = {"ha": "center", "va": "bottom", "size": SMALL_PT}
            axes.text(x, row - 0.39, str(numbers[span.doing]), **at)


def _draw_marks(axes: Axes, marks: Sequence[Mark], spans: Sequence[Span]) -> None:
    """Put a dot where each mark was made, and its label below the bar, inside the picture."""
    first_s, last_s, per_s_in = _extent(spans)
    for mark in marks:
        x, y = (mark.at_s - first_s) * per_s_in, _parties(spans).index(mark.who) + BAR / 2
        room_in = (last_s - mark.at_s) * per_s_in
        side = 1 if text_width_in(mark.label, SMALL_PT) + 0.1 <= room_in else -1
        axes.plot(x, y, "o", mfc=INK, mec=PAPER, ms=6, mew=0.8, zorder=4, clip_on=False)
        at = {"ha": "left" if side > 0 else "right", "va": "center", "size": SMALL_PT}
        axes.text(x + side * 0.07, y + 0.13, mark.label, style="italic", **at)


def _legend(axes: Axes, looks: Mapping[str, Look], words: Mapping[str, str]) -> None:
    shown = [looks[doing] for doing in words]
    handles = [Patch(fc=look.colour, hatch=look.hatch, ec=INK, lw=0.5) for look in shown]
    legend_above(axes, handles, list(words.values()))


def _in_words(spans: Sequence[Span], marks: Sequence[Mark] = ()) -> str:
    """Tell each party's steps in its own order; how long they took differs from run to run."""
    lines = []
    for who in _parties(spans):
        mine = sorted((span for span in spans if span.who == who), key=lambda span: span.start_s)
        steps = [doing for doing, _ in groupby(span.doing for span in mine)]
        many = f"{roughly(len(steps), MOST_STEPS, 'step')} ({listed(sorted(set(steps)))})"
        lines.append(f"{who}: {', then '.join(steps) if len(steps) <= MOST_STEPS else many}.")
        dots = [mark.label for mark in sorted(marks) if mark.who == who]
        lines += [f"{who}, marked: {', then '.join(dots)}."] if dots else []
    return "\n".join(lines)
