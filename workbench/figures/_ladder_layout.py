"""Where the parts of a ladder go: lifelines, events in order or to scale, and their labels.

Must not know how they are drawn: it turns a story into inches from the top left corner.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from workbench.figures._style import (
    POINTS_PER_INCH,
    SMALL_PT,
    TEXT_PT,
    WIDTH_IN,
    spread,
    text_width_in,
)
from workbench.timeline import Story

TOP_IN = 0.6
PARTY_HALF_IN = 0.75  # half the room that a party's name takes
OUTSIDE_MAX_IN = 2.1  # the widest that labels beside the outer lifelines may be
LABEL_GAP_IN = 0.1
LEADER_IN = 0.22  # on a scale of time a label may have to stand off: a leader joins it to its event
TIME_AXIS_IN = 0.75
LIFT_IN = 0.085  # an arrow starts this far below the middle of its label
CROWDED_EVENTS = 60


class Heights(NamedTuple):
    """The y of every event, in inches, in the order of the story's arrows and marks."""

    starts: list[float]
    ends: list[float]
    marks: list[float]


class Label(NamedTuple):
    """A text beside a lifeline, `side` -1 for left of it. It names what happened at `event_y`.

    Labels that share a `lane`, one of the spaces between and beside lifelines, may collide.
    """

    who: str
    side: int
    lane: int
    event_y: float
    wanted_y: float
    room_in: float
    text: str
    is_mark: bool


class Sheet(NamedTuple):
    """The measures of one ladder, in inches; `columns` has the x of each party's lifeline."""

    columns: dict[str, float]
    row_in: float
    size_pt: float
    is_to_scale: bool


class Ruler(NamedTuple):
    """A scale of time that begins at `top_in`."""

    first_s: float
    last_s: float
    per_s_in: float
    top_in: float

    def y_in(self, at_s: float) -> float:
        """Return the height of a moment."""
        return self.top_in + (at_s - self.first_s) * self.per_s_in


def measure(story: Story, is_to_scale: bool) -> Sheet:
    """Return columns that leave room for the labels beside them, and the height of a row."""
    is_crowded = len(story.arrows) + len(story.marks) > CROWDED_EVENTS
    size_pt = SMALL_PT if is_crowded or len(story.parties) > 3 else TEXT_PT
    row_in = size_pt / POINTS_PER_INCH * (1.6 if is_crowded else 2.3)
    outside = {story.parties[0]: PARTY_HALF_IN, story.parties[-1]: PARTY_HALF_IN}
    for mark in story.marks:
        if mark.who in outside:
            width = text_width_in(mark.label, size_pt) + LABEL_GAP_IN + LEADER_IN
            outside[mark.who] = max(outside[mark.who], min(width, OUTSIDE_MAX_IN))
    left = outside[story.parties[0]] + 0.1 + (TIME_AXIS_IN if is_to_scale else 0)
    right = WIDTH_IN - outside[story.parties[-1]] - 0.1
    step = (right - left) / (len(story.parties) - 1)
    columns = {party: left + index * step for index, party in enumerate(story.parties)}
    return Sheet(columns, row_in, size_pt, is_to_scale)


def by_order(story: Story, sheet: Sheet) -> Heights:
    """Give each event the next row. An arrow's end has no label: less than a row is enough."""
    heights = Heights(
        [0.0] * len(story.arrows), [0.0] * len(story.arrows), [0.0] * len(story.marks)
    )
    events = [(mark.at_s, 1, index, 0, heights.marks) for index, mark in enumerate(story.marks)]
    for index, arrow in enumerate(story.arrows):
        events.append((arrow.start_s, 0, index, 0, heights.starts))
        if arrow.end_s is not None:
            events.append((arrow.end_s, 0, index, 1, heights.ends))
    y = TOP_IN
    for _, is_mark, index, is_end, row in sorted(events, key=lambda event: event[:4]):
        y += sheet.row_in * (0.6 if is_end else 1.0)
        row[index] = y if is_mark else y + LIFT_IN
    _stop_lost(story, heights, sheet)
    return heights


def ruler(story: Story, sheet: Sheet) -> Ruler:
    """Return the scale of time, stretched until most labels have room beside their events."""
    times = [*(arrow.start_s for arrow in story.arrows), *(mark.at_s for mark in story.marks)]
    times += [arrow.end_s for arrow in story.arrows if arrow.end_s is not None]
    events = Counter([arrow.sender for arrow in story.arrows] + [mark.who for mark in story.marks])
    height_in = max(2.5, max(events.values()) * sheet.row_in * 1.4)
    first_s, last_s = min(times), max(times)
    return Ruler(first_s, last_s, height_in / ((last_s - first_s) or 1.0), TOP_IN + sheet.row_in)


def by_time(story: Story, sheet: Sheet) -> Heights:
    """Place each event to scale."""
    scale = ruler(story, sheet)
    heights = Heights(
        [scale.y_in(arrow.start_s) for arrow in story.arrows],
        [scale.y_in(a.start_s if a.end_s is None else a.end_s) for a in story.arrows],
        [scale.y_in(mark.at_s) for mark in story.marks],
    )
    _stop_lost(story, heights, sheet)
    return heights


def _stop_lost(story: Story, heights: Heights, sheet: Sheet) -> None:
    """Nobody knows when a lost arrow ended: it is given the slope of an arrow taken at once."""
    for index, arrow in enumerate(story.arrows):
        if arrow.end_s is None:
            heights.ends[index] = heights.starts[index] + 0.3 * sheet.row_in


def labels_of(story: Story, heights: Heights, sheet: Sheet) -> list[Label]:
    """Return the labels of all arrows, then of all marks."""
    labels = []
    order = {party: index for index, party in enumerate(story.parties)}
    between_in = step_in(sheet) - (LEADER_IN + 0.06 if sheet.is_to_scale else 2 * LABEL_GAP_IN)
    for arrow, start in zip(story.arrows, heights.starts, strict=True):
        who, side = order[arrow.sender], 1 if order[arrow.receiver] > order[arrow.sender] else -1
        # In order of events a label has its row to itself: it may pass a lifeline on the way.
        steps = 1 if sheet.is_to_scale else abs(order[arrow.receiver] - who)
        room = between_in + (steps - 1) * step_in(sheet)
        place = (arrow.sender, side, who + (side > 0), start, start - LIFT_IN, room)
        labels.append(Label(*place, arrow.label, is_mark=False))
    for mark, y in zip(story.marks, heights.marks, strict=True):
        who, side = order[mark.who], -1 if order[mark.who] == 0 else 1
        is_outside = who in (0, len(order) - 1)
        room = OUTSIDE_MAX_IN - LEADER_IN if is_outside else between_in
        labels.append(Label(mark.who, side, who + (side > 0), y, y, room, mark.label, is_mark=True))
    return labels


def step_in(sheet: Sheet) -> float:
    """Return the distance between neighbouring lifelines."""
    first, second, *_ = sheet.columns.values()
    return second - first


def without_collisions(labels: Sequence[Label], sheet: Sheet) -> list[float]:
    """Return the y of each label: where it wants to be, unless others in its lane want that too."""
    placed = [label.wanted_y for label in labels]
    if not sheet.is_to_scale:
        return placed
    lanes = defaultdict(list)
    for index, label in enumerate(labels):
        lanes[label.lane].append(index)
    for indices in lanes.values():
        indices.sort(key=placed.__getitem__)
        gap = sheet.size_pt / POINTS_PER_INCH * 1.45
        free = spread([placed[index] for index in indices], gap, low=TOP_IN + gap / 2)
        for index, y in zip(indices, free, strict=True):
            placed[index] = y
    return placed
