"""The map of the proxy: which lab builds which part of the final program.

The one figure that is a plan and no observation. Knows the table of families, no lab.
"""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from workbench.families import FAMILIES
from workbench.figures._drawing import Drawing
from workbench.figures._style import (
    DPI,
    INK,
    MUTED,
    PAPER,
    PRIMARY,
    SMALL_PT,
    TEXT_PT,
    WASH,
    WIDTH_IN,
    house_style,
)

HEIGHT_IN = 3.15


class Part(NamedTuple):
    """A box of the map: the family that builds it, its text, and its place in tenths of an inch."""

    family: str
    text: str
    left: float
    bottom: float
    width: float
    height: float


PARTS = (
    Part("02", "the front door\naccept", 15.5, 12.5, 8.5, 12),
    Part("03", "read,\nin any slicing", 25.6, 19.5, 10.2, 5),
    Part("04", "write,\nwith a bound", 25.6, 12.5, 10.2, 5),
    Part("05", "HTTP: what a proxy\ndoes to a message", 37.3, 19.5, 13.2, 5),
    Part("07", "CONNECT: a tunnel\nthat it can't read", 37.3, 12.5, 13.2, 5),
    Part("06", "the loop: who is ready?", 15.5, 7.2, 44, 3.5),
    Part("09", "beyond select: epoll, splice, workers", 15.5, 2, 44, 3.5),
    Part("01", "names\nin the log", 52, 12.5, 7.5, 12),
)
PROXY = (14, 0.5, 47, 30.4)  # the frame that family 08 closes around all the others
CLIENT, ORIGIN = (0.5, 12.5, 9, 12), (65.5, 12.5, 9, 12)


@house_style
def proxy_map() -> Drawing:
    """Draws the finished proxy between its clients and the origins, a numbered box for each lab."""
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH_IN * 10), ylim=(0, HEIGHT_IN * 10))
    axes.axis("off")
    _box(axes, PROXY, WASH, MUTED)
    axes.text(37.5, 27.7, "08  your proxy, complete: keep-alive, pool, limits, timeouts, log",
              ha="center", va="center", weight="bold", size=TEXT_PT)  # fmt: skip
    for part in PARTS:
        _part(axes, part)
    _outsider(axes, CLIENT, "client", "browser\ncurl · git · pip")
    _outsider(axes, ORIGIN, "origin", "a web server")
    for y, label in ((22, "request"), (15, "answer")):
        _between(axes, 9.5, 14, y, label)
        _between(axes, 61, 65.5, y, label)
    words = "; ".join(f"{part.family} {' '.join(part.text.split())}" for part in PARTS)
    parts = {family.number: family.adds for family in FAMILIES}
    return Drawing(parts, f"The proxy stands between clients and origins. Its parts: {words}; "
                   "08 closes around all of them.", figure)  # fmt: skip


def _box(axes: Axes, place: tuple[float, float, float, float], face: str, edge: str) -> None:
    left, bottom, width, height = place
    style = "round,pad=0,rounding_size=0.8"
    axes.add_patch(
        FancyBboxPatch((left, bottom), width, height, boxstyle=style, fc=face, ec=edge, lw=0.9)
    )


def _part(axes: Axes, part: Part) -> None:
    _box(axes, part[2:], PAPER, PRIMARY.colour)
    middle, centre = part.bottom + part.height / 2, part.left + part.width / 2
    if part.height > 5:
        axes.text(centre, middle + 2.4, part.family, ha="center", va="center", weight="bold",
                  size=TEXT_PT + 2, color=PRIMARY.colour)  # fmt: skip
        axes.text(centre, middle - 1.4, part.text, ha="center", va="center", size=SMALL_PT)
        return
    axes.text(part.left + 0.7, middle, part.family, va="center", weight="bold",
              size=TEXT_PT, color=PRIMARY.colour)  # fmt: skip
    axes.text(part.left + 2.8, middle, part.text, va="center", size=SMALL_PT)


def _outsider(axes: Axes, place: tuple[float, float, float, float], title: str, text: str) -> None:
    _box(axes, place, PAPER, INK)
    centre, middle = place[0] + place[2] / 2, place[1] + place[3] / 2
    axes.text(centre, middle + 2.4, title, ha="center", va="center", weight="bold", size=TEXT_PT)
    axes.text(centre, middle - 1.4, text, ha="center", va="center", size=SMALL_PT)


def _between(axes: Axes, left: float, right: float, y: float, label: str) -> None:
    ends = ((left, y), (right, y)) if label == "request" else ((right, y), (left, y))
    axes.add_patch(
        FancyArrowPatch(*ends, arrowstyle="-|>", mutation_scale=9, shrinkA=1, shrinkB=1, color=INK)
    )
    axes.text((left + right) / 2, y + 0.9, label, ha="center", size=SMALL_PT - 0.5, color=MUTED)
