"""The byte axis: where the pieces of one stream begin and end at each stage of its way.

Must not know sockets: it is given lengths or pieces of bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.ticker import FuncFormatter, MaxNLocator

from workbench.figures._drawing import Drawing
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
    house_style,
    listed,
    plot_canvas,
    roughly,
    shorten,
    text_width_in,
)

STRIP_STEP, STRIP_HEIGHT = 1.0, 0.5
LEFT_IN, RIGHT_IN = 1.5, 0.35
TINTS = ("#a9c9e6", "#dceaf6")  # neighbours differ, so that each boundary shows without a line
DOTTED = (0, (1, 2))
FEW = 8  # alt_text tells the length of each piece up to this many
MOST_GUIDES = 12  # few boundaries are led through all strips; many would be a grey wall


class Strip(NamedTuple):
    """The pieces of the stream at one stage; `texts` has their bytes where these were given."""

    name: str
    lengths: tuple[int, ...]
    texts: tuple[str, ...]

    @property
    def total(self) -> int:
        """Return the bytes in all pieces."""
        return sum(self.lengths)

    @property
    def boundaries(self) -> frozenset[int]:
        """Return the offsets between two pieces: neither the beginning nor the end."""
        return frozenset(accumulate(length for length in self.lengths if length)) - {self.total}


@house_style
def byte_axis(
    sent: Iterable[int | bytes],
    received: Iterable[int | bytes],
    segments: Iterable[int | bytes] = (),
    unit: str = "bytes",
) -> Drawing:
    """Draw what each send took, each segment carried and each recv returned, on one axis.

    A piece is its length or its bytes. An empty piece among `received` marks the end of the
    stream. The drawing's data is a tuple of `Strip`s. Raises ValueError if nothing was sent, for
    a negative length, and if more came out than went in.
    """
    strips = [_strip("send", sent), _strip("segment", segments), _strip("recv", received)]
    first, last = strips[0], strips[2]
    if not first.total:
        raise ValueError("nothing was sent: give the length of each send, or its bytes")
    if last.total > first.total:
        raise ValueError(f"{last.total} {unit} received, {first.total} sent: count every send")
    strips = [strip for strip in strips if strip.lengths or strip is not strips[1]]
    figure, axes = plot_canvas(0.85 + 0.62 * len(strips), LEFT_IN, RIGHT_IN, top_in=0.15)
    span = max(strip.total for strip in strips)
    axes.set(xlim=(0, span), ylim=(len(strips) - 0.6, -0.4), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True, steps=ROUND_STEPS))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda offset, _: f"{offset:,.0f}"))
    axes.set_xlabel(f"offset in the stream, {unit}", size=TEXT_PT)
    per_unit_in = (WIDTH_IN - LEFT_IN - RIGHT_IN) / span
    _guides(axes, strips)
    for row, strip in enumerate(strips):
        _draw_strip(axes, row, strip, per_unit_in, unit)
    if missing := first.total - last.total:
        _draw_missing(axes, len(strips) - 1, last.total, missing, per_unit_in)
    return Drawing(tuple(strips), _strips_in_words(strips, unit), figure)


def _strip(name: str, pieces: Iterable[int | bytes]) -> Strip:
    pieces = tuple(pieces)
    lengths = tuple(piece if isinstance(piece, int) else len(piece) for piece in pieces)
    if any(length < 0 for length in lengths):
        raise ValueError(f"{name} has a negative length: what returned -1 moved no bytes")
    texts = ("" if isinstance(piece, int) else repr(bytes(piece))[2:-1] for piece in pieces)
    return Strip(name, lengths, tuple(texts))


def _guides(axes: Axes, strips: Sequence[Strip]) -> None:
    """Lead each strip's inner boundaries down and up through the others."""
    bottom = len(strips) - 0.6
    for strip in strips:
        if len(strip.boundaries) <= MOST_GUIDES:
            for offset in strip.boundaries:
                axes.plot([offset] * 2, [-0.4, bottom], color=INK, lw=0.6, ls=DOTTED, zorder=2.5)


def _draw_strip(axes: Axes, row: int, strip: Strip, per_unit_in: float, unit: str) -> None:
    half = STRIP_HEIGHT / 2
    edges = [0, *accumulate(strip.lengths)]
    boxes = [
        [(left, row - half), (right, row - half), (right, row + half), (left, row + half)]
        for left, right in pairwise(edges)
    ]
    tints = [TINTS[index % 2] for index in range(len(boxes))]
    rule = 0.6 if len(boxes) <= 60 else 0.0
    axes.add_collection(
        PolyCollection(boxes, facecolors=tints, edgecolors=PRIMARY.colour, lw=rule, zorder=2)
    )
    for index, (left, right) in enumerate(pairwise(edges)):
        if text := _piece_text(strip, index, (right - left) * per_unit_in):
            at = {"x": (left + right) / 2, "y": row, "ha": "center", "va": "center"}
            behind = {"fc": tints[index], "ec": "none", "pad": 0.6}
            axes.text(s=text, size=SMALL_PT + 0.5, zorder=3, bbox=behind, **at)
    if strip.name == "recv" and 0 in strip.lengths:
        axes.plot(
            [edges[-1]] * 2, [row - half - 0.1, row + half + 0.1], color=INK, lw=2.2, zorder=4
        )
    _name_strip(axes, row, strip, unit)


def _piece_text(strip: Strip, index: int, room_in: float) -> str:
    """Return the most telling text that fits into the box: bytes and length, length, nothing."""
    length, text = strip.lengths[index], strip.texts[index]
    for words in ((f"{text}\n{length}" if text else f"{length:,}"), f"{length:,}"):
        widest = max(text_width_in(line, SMALL_PT + 0.5) for line in words.split("\n"))
        if length and widest + 0.06 <= room_in:
            return words
    return ""


def _name_strip(axes: Axes, row: int, strip: Strip, unit: str) -> None:
    left_of_axis = {"transform": axes.get_yaxis_transform(), "ha": "right"}
    calls = [length for length in strip.lengths if length]
    axes.text(-0.02, row - 0.04, strip.name, va="bottom", weight="bold", **left_of_axis)
    note = f"{len(calls):,} × {_extent(calls)}" if calls else "none"
    if strip.name == "recv" and 0 in strip.lengths:
        note += ", b''"
    note = shorten(note, LEFT_IN - 0.2, SMALL_PT)
    axes.text(-0.02, row + 0.04, note, va="top", size=SMALL_PT, color=MUTED, **left_of_axis)


def _extent(lengths: Sequence[int]) -> str:
    low, high = min(lengths), max(lengths)
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def _draw_missing(axes: Axes, row: int, start: int, missing: int, per_unit_in: float) -> None:
    half = STRIP_HEIGHT / 2
    axes.broken_barh(
        [(start, missing)], (row - half, 2 * half), fc=PAPER, ec=ALERT.colour, ls="--", zorder=2
    )
    text = shorten(f"{missing:,} not received", missing * per_unit_in - 0.05, SMALL_PT)
    at = {"x": start + missing / 2, "y": row, "ha": "center", "va": "center", "zorder": 3}
    axes.text(s=text, size=SMALL_PT, bbox={"fc": PAPER, "ec": "none", "pad": 0.6}, **at)


def _strips_in_words(strips: Sequence[Strip], unit: str) -> str:
    lines = []
    for strip in strips:
        calls = [length for length in strip.lengths if length]
        few = f": {listed([f'{n:,}' for n in calls])}" if 1 < len(calls) <= FEW else ""
        lines.append(f"{roughly(len(calls), FEW, strip.name)}, {strip.total:,} {unit}{few}.")
    for upper, lower in pairwise(strips):
        before, kept = upper.boundaries, upper.boundaries & lower.boundaries
        few = f"{len(kept)} of {len(before)}"
        share = few if len(before) <= FEW else "all" if kept == before else "not all"
        if before:
            lines.append(f"Boundaries of {upper.name}s that {lower.name}s keep: {share}.")
    if missing := strips[0].total - strips[-1].total:
        lines.append(f"{missing:,} {unit} not received.")
    if 0 in strips[-1].lengths:
        lines.append("Then the end of the stream.")
    return "\n".join(lines)
