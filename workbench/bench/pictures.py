"""The figures of a run: costs as bars against ours, and latency beside idle tunnels.

Knows which numbers of the results are drawn; not how anything is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.bench import DIRECT, LAB08, LAB09
from workbench.bench.goals import IN_WORDS, PER_GB, PER_REQUEST, REQUESTS, TUNNELS
from workbench.bench.report import reference, short
from workbench.bench.results import Results
from workbench.figures import Drawing, latency_by_count, ratio_bars

IDLE_WORDS = (
    "How long half of the answers to one active client took at most, against the number of idle "
    "tunnels beside it, for each proxy as far as it came:"
)


def costs(results: Results, whats: tuple[str, ...], key: str) -> Drawing | None:
    """How many times our processor time the others take; None if nothing was measured."""
    ours = reference(results)
    panels = {IN_WORDS[what]: bars(results, what, key, ours) for what in whats}
    panels = {title: drawn for title, drawn in panels.items() if drawn}
    return ratio_bars(panels, ours) if panels else None


def small(results: Results) -> Drawing:
    """A small run: what bytes and requests cost, and how soon answers come, past the proxies, too.

    Raises ValueError if nothing was measured.
    """
    ours = reference(results)
    panels = {
        IN_WORDS["tunnel-1"]: bars(results, "tunnel-1", PER_GB, ours),
        "processor time for each request, 1 client": bars(results, "alone", PER_REQUEST, ours),
        "time until an answer, 1 client": bars(results, "alone", "p50_us", ours, skip=()),
    }
    return ratio_bars({title: drawn for title, drawn in panels.items() if drawn}, ours)


def bars(
    results: Results, what: str, key: str, ours: str, skip: tuple[str, ...] = (DIRECT,)
) -> dict[str, tuple[float, ...]]:
    """For each candidate the median, the least and the most of its costs divided by ours."""
    found = {
        name: results.ratio(what, key, name, ours)
        for name in results.candidates
        if name not in skip
    }
    return {name: spread[:3] for name, spread in found.items() if spread}


def beside_idle(results: Results) -> Drawing | None:
    """The median latency of an active client against the number of idle tunnels."""
    curves = {
        name: [
            (level, results.spread(f"idle-{level}", name, "p50_us").median / 1e6)
            for level in levels
        ]
        for name in results.candidates
        if (levels := results.levels(name))
    }
    if not curves:
        return None
    drawn = latency_by_count(
        curves,
        "idle tunnels",
        (LAB09, LAB08),
        "half of the answers to one active client took at most",
    )
    return drawn.saying("\n".join([IDLE_WORDS, *map(in_words, curves, curves.values())]))


def in_words(name: str, points: list[tuple[int, float]]) -> str:
    """The two ends of a curve: "lab09: 26 µs beside 0, 27 µs beside 9,500"."""
    ends = dict([points[0], points[-1]])
    return f"{name}: " + ", ".join(
        f"{short(wait_s * 1e6)} µs beside {level:,}" for level, wait_s in ends.items()
    )


def drawings(results: Results) -> Iterator[tuple[str, Drawing]]:
    """Every figure for which there are numbers, with a name for its file."""
    made = (
        ("per_gb", costs(results, TUNNELS, PER_GB)),
        ("per_request", costs(results, REQUESTS, PER_REQUEST)),
        ("idle", beside_idle(results)),
    )
    yield from ((name, drawing) for name, drawing in made if drawing)
