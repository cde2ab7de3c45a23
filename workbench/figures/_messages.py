"""Messages as strips of bytes, coloured by what a reader takes each part for.

Must not know HTTP, nor sockets: it is given the parts and their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from workbench.figures._drawing import Drawing
from workbench.figures._style import (
    INK,
    LOOKS,
    MONO,
    ROUND_STEPS,
    SMALL_PT,
    TEXT_PT,
    WIDTH_IN,
    counted,
    house_style,
    ink_on,
    legend_above,
    legend_height_in,
    listed,
    plot_canvas,
    shorten,
    text_width_in,
)

RIGHT_IN = 0.3
HALF = 0.28  # of a strip's height, in rows
KINDS = 4  # as many colours as there are that also differ in grey


@house_style
def message_strips(rows: Mapping[str, Iterable[tuple[str, bytes]]]) -> Drawing:
    """Draw a strip for each row: its parts in order, each as long as it has bytes.

    A part is (what it is taken for, its bytes); each kind has its colour, the same in all rows.
    The drawing's data is the rows. Raises ValueError for no row, one without bytes, and for more
    than four kinds.
    """
    strips = {name: tuple(parts) for name, parts in rows.items()}
    kinds = list(dict.fromkeys(kind for parts in strips.values() for kind, _ in parts))
    if not strips or not all(any(data for _, data in parts) for parts in strips.values()):
        raise ValueError("nothing to draw: give each row its parts, such as ('head', b'GET …')")
    if len(kinds) > KINDS:
        raise ValueError(f"{len(kinds)} kinds of parts: more than {KINDS} can't be told apart")
    looks = dict(zip(kinds, (LOOKS[3], LOOKS[2], LOOKS[1], LOOKS[0]), strict=False))
    left_in = 0.35 + max(text_width_in(name) for name in strips)
    top_in = 0.15 + legend_height_in(kinds)
    figure, axes = plot_canvas(top_in + 0.46 * len(strips) + 0.65, left_in, RIGHT_IN, top_in)
    longest = max(sum(len(data) for _, data in parts) for parts in strips.values())
    axes.set(xlim=(0, longest), ylim=(len(strips) - 0.4, -0.6))
    axes.set_yticks(range(len(strips)), list(strips))
    axes.tick_params(axis="y", length=0, labelsize=TEXT_PT, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True, steps=ROUND_STEPS))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda offset, _: f"{offset:,.0f}"))
    axes.set_xlabel("bytes", size=TEXT_PT)
    per_byte_in = (WIDTH_IN - left_in - RIGHT_IN) / longest
    for row, parts in enumerate(strips.values()):
        start = 0
        for kind, data in parts:
            colour = looks[kind].colour
            box = {"fc": colour, "ec": INK, "lw": 0.6, "zorder": 2}
            axes.broken_barh([(start, len(data))], (row - HALF, 2 * HALF), **box)
            if text := _inside(data, len(data) * per_byte_in - 0.06):
                at = {"ha": "center", "va": "center", "family": MONO, "zorder": 3}
                middle = start + len(data) / 2
                axes.text(middle, row, text, size=SMALL_PT - 0.5, color=ink_on(colour), **at)
            start += len(data)
    legend_above(axes, [Patch(fc=looks[k].colour, ec=INK, lw=0.5) for k in kinds], kinds)
    return Drawing(strips, _in_words(strips), figure)


def _inside(data: bytes, room_in: float) -> str:
    """Return the bytes, as many as fit, or nothing where it would be next to nothing."""
    text = repr(data)[2:-1]
    kept = shorten(text, room_in, SMALL_PT - 0.5, MONO)
    return kept if kept == text or len(kept) > 3 else ""


def _in_words(strips: Mapping[str, tuple[tuple[str, bytes], ...]]) -> str:
    lines = []
    for name, parts in strips.items():
        words = listed([f"{kind} of {counted(len(data), 'byte')}" for kind, data in parts])
        lines.append(f"{name}: {words}.")
    return "\n".join(lines)
