"""The ladder: a story as a space-time diagram, parties side by side and time running down.

Must not know whether the story was told by a journal or by a capture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.ticker import MaxNLocator

from workbench.figures._drawing import Drawing
from workbench.figures._ladder_layout import (
    LABEL_GAP_IN,
    LEADER_IN,
    PARTY_HALF_IN,
    TOP_IN,
    Heights,
    Label,
    Sheet,
    by_order,
    by_time,
    labels_of,
    measure,
    ruler,
    step_in,
    without_collisions,
)
from workbench.figures._style import (
    ALERT,
    INK,
    MUTED,
    PAPER,
    PRIMARY,
    ROUND_STEPS,
    SMALL_PT,
    TEXT_PT,
    WIDTH_IN,
    counted,
    house_style,
    inch_canvas,
    listed,
    roughly,
    shorten,
    time_unit,
)
from workbench.timeline import Story

BOTTOM_IN = 0.3
STANDS_OFF_IN = 0.03  # a label that far from its event gets a leader
MOST_WORDS = 12  # alt_text quotes the labels of one party up to this many, then counts


@house_style
def ladder(story: Story, scale: Literal["order", "time"] = "order") -> Drawing:
    """Draw `story`: lifelines, and an arrow for everything that went from one to another.

    "order" gives each event a row, so that microseconds stay legible; "time" is true to scale.
    An arrow that nobody took stops half-way at a cross. A label stands by the party that acts, at
    the moment when it acts. The drawing's data is the story. Raises ValueError for a story that
    is empty, has not 2 to 4 parties, or names a party that it has not.
    """
    _refuse_bad(story, scale)
    sheet = measure(story, is_to_scale=scale == "time")
    heights = by_time(story, sheet) if sheet.is_to_scale else by_order(story, sheet)
    labels = labels_of(story, heights, sheet)
    placed = without_collisions(labels, sheet)
    bottom_in = max(*heights.starts, *heights.ends, *heights.marks, *placed, 0.0) + 0.2
    figure, axes = inch_canvas(bottom_in + BOTTOM_IN)
    _draw_lifelines(axes, sheet, bottom_in)
    _draw_arrows(axes, story, heights, sheet)
    _draw_labels(axes, labels, placed, sheet)
    _draw_scale(axes, story, sheet, bottom_in)
    return Drawing(story, _in_words(story), figure)


def _refuse_bad(story: Story, scale: str) -> None:
    if scale not in ("order", "time"):
        raise ValueError(f'no scale {scale!r}: choose "order" or "time"')
    if not 2 <= len(story.parties) <= 4:
        raise ValueError(f"a ladder has 2 to 4 parties, this story has {len(story.parties)}")
    if len(set(story.parties)) < len(story.parties):
        raise ValueError(f"two parties share a name: tell them apart in {story.parties}")
    if not story.arrows and not story.marks:
        raise ValueError("an empty story: draw it after the exchange, when something has happened")
    named = {mark.who for mark in story.marks}
    for arrow in story.arrows:
        named |= {arrow.sender, arrow.receiver}
        if arrow.sender == arrow.receiver:
            raise ValueError(f"{arrow} goes nowhere: what one party does alone is a Mark")
        if arrow.end_s is not None and arrow.end_s < arrow.start_s:
            raise ValueError(f"{arrow} ends before it starts: give both times from one clock")
    if strangers := named.difference(story.parties):
        raise ValueError(f"{listed(sorted(strangers))} not among the parties {story.parties}")


def _draw_lifelines(axes: Axes, sheet: Sheet, bottom_in: float) -> None:
    for party, x in sheet.columns.items():
        axes.plot([x, x], [TOP_IN - 0.1, bottom_in], color=MUTED, lw=0.8, zorder=1)
        room = min(step_in(sheet) - 0.1, 2 * PARTY_HALF_IN)
        name = shorten(party, room, TEXT_PT + 1)
        axes.text(x, TOP_IN - 0.2, name, ha="center", va="bottom", weight="bold", size=TEXT_PT + 1)


def _draw_arrows(axes: Axes, story: Story, heights: Heights, sheet: Sheet) -> None:
    """Draw all arrows as two collections: hundreds cost no more than a few."""
    lines, heads, lost = [], [], []
    for arrow, y1, y2 in zip(story.arrows, heights.starts, heights.ends, strict=True):
        x1, x2 = sheet.columns[arrow.sender], sheet.columns[arrow.receiver]
        if arrow.end_s is None:
            x2 = (x1 + x2) / 2
            lost.append((x2, y2))
        else:
            heads.append(_head(x1, y1, x2, y2))
        lines.append([(x1, y1), (x2, y2)])
    axes.add_collection(LineCollection(lines, colors=PRIMARY.colour, lw=1.1, zorder=2))
    axes.add_collection(PolyCollection(heads, color=PRIMARY.colour, lw=0, zorder=4))
    if lost:
        axes.plot(*zip(*lost, strict=True), "x", color=ALERT.colour, ms=7, mew=1.8, zorder=4)


def _head(x1: float, y1: float, x2: float, y2: float) -> list[tuple[float, float]]:
    """Return the triangle whose tip is exactly at (x2, y2)."""
    length = math.hypot(x2 - x1, y2 - y1)
    along = ((x2 - x1) / length, (y2 - y1) / length)
    across = (-along[1], along[0])
    back = (x2 - 0.1 * along[0], y2 - 0.1 * along[1])
    sides = [(back[0] + k * across[0], back[1] + k * across[1]) for k in (0.035, -0.035)]
    return [(x2, y2), *sides]


def _draw_labels(
    axes: Axes, labels: Sequence[Label], placed: Sequence[float], sheet: Sheet
) -> None:
    paper = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}  # lines pass behind the words
    leaders, dots = [], []
    for label, y in zip(labels, placed, strict=True):
        x = sheet.columns[label.who]
        gap = LEADER_IN if sheet.is_to_scale else LABEL_GAP_IN
        if abs(y - label.wanted_y) > STANDS_OFF_IN:
            leaders.append([(x, label.event_y), (x + label.side * (gap - 0.03), y)])
        if label.is_mark:
            dots.append((x, label.event_y))
        axes.text(
            x + label.side * gap,
            y,
            shorten(label.text, label.room_in, sheet.size_pt),
            size=sheet.size_pt,
            ha="left" if label.side > 0 else "right",
            va="center_baseline",
            style="italic" if label.is_mark else "normal",
            bbox=paper,
            zorder=3,
        )
    axes.add_collection(LineCollection(leaders, colors=MUTED, lw=0.5, zorder=2))
    if dots:
        axes.plot(*zip(*dots, strict=True), "o", mfc=INK, mec=PAPER, ms=5, mew=0.7, zorder=4)


def _draw_scale(axes: Axes, story: Story, sheet: Sheet, bottom_in: float) -> None:
    """Say what downwards means: a ruler of time, or that rows show the order alone."""
    if not sheet.is_to_scale:
        note = "time runs down; equal steps show the order, not how long it took"
        axes.text(WIDTH_IN / 2, bottom_in + 0.18, note, ha="center", size=SMALL_PT, color=MUTED)
        return
    scale = ruler(story, sheet)
    top, bottom = scale.top_in, scale.y_in(scale.last_s)
    factor, unit = time_unit(scale.last_s - scale.first_s)
    locator = MaxNLocator(max(6, int(bottom - top) * 2), steps=ROUND_STEPS)
    axes.plot([0.62, 0.62], [top, bottom], color=MUTED, lw=0.6)
    for tick in locator.tick_values(0, (scale.last_s - scale.first_s) * factor):
        y = scale.y_in(scale.first_s + tick / factor)
        if top <= y <= bottom + 0.01:
            axes.plot([0.57, 0.62], [y, y], color=MUTED, lw=0.6)
            axes.text(0.52, y, f"{tick:g}", ha="right", va="center", size=SMALL_PT, color=MUTED)
    axes.text(0.52, top - 0.2, unit, ha="right", va="center", size=SMALL_PT, color=MUTED)


def _in_words(story: Story) -> str:
    """Quote each party in its own order; the order between parties may differ from run to run."""
    said: dict[str, list[str]] = {}
    for arrow in sorted(story.arrows, key=lambda arrow: arrow.start_s):
        said.setdefault(f"{arrow.sender} to {arrow.receiver}", []).append(arrow.label)
    for mark in sorted(story.marks, key=lambda mark: mark.at_s):
        said.setdefault(f"{mark.who} alone", []).append(mark.label)
    lines = [f"Ladder of {listed(story.parties)}."]
    for who in sorted(said):
        labels = said[who]
        few = len(labels) <= MOST_WORDS
        quoted = "; ".join(labels) if few else roughly(len(labels), MOST_WORDS, "event")
        lines.append(f"{who}: {quoted}.")
    if lost := sum(arrow.end_s is None for arrow in story.arrows):
        lines.append(f"{counted(lost, 'arrow')} that nobody took.")
    return "\n".join(lines)
