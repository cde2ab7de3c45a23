"""What was measured as tables: in a terminal, and in Markdown for a page.

Knows how results read; not how they were measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from workbench.bench import DIRECT, LAB08, LAB09
from workbench.bench.goals import PER_GB, PER_REQUEST, REQUESTS, TUNNELS, Outcome, outcomes
from workbench.bench.results import Results, Spread

NOTHING = "·"


class Table(NamedTuple):
    """A title, the columns' names, and rows of text; the first column has the names."""

    title: str
    header: list[str]
    rows: list[list[str]]


def reference(results: Results) -> str:
    """Whose costs the others' are compared with: lab 09's, or else the first that was measured."""
    names = results.candidates
    return next((name for name in (LAB09, LAB08, *names) if name in names), LAB09)


def tables(results: Results) -> list[Table]:
    """All tables for which there are numbers."""
    ours = reference(results)
    per_gb, per_request = (TUNNELS, PER_GB), (REQUESTS, PER_REQUEST)
    made = (
        costs(results, "Processor seconds for each GB", *per_gb),
        ratios(results, ours, *per_gb),
        costs(results, "Processor microseconds for each request", *per_request),
        ratios(results, ours, *per_request),
        medians(results, "GB in a second", TUNNELS, "gb_per_s"),
        medians(results, "Requests in a second", REQUESTS, "requests_per_s"),
        medians(results, "Half of the answers took at most, µs", REQUESTS, "p50_us"),
        medians(results, "99 % of the answers took at most, µs", REQUESTS, "p99_us"),
        idle(results),
        goals(results, ours),
    )
    return [table for table in made if table.rows]


def medians(
    results: Results, title: str, whats: tuple[str, ...], key: str, skip: tuple[str, ...] = ()
) -> Table:
    """A value of each candidate under each load."""
    whats = tuple(what for what in whats if what in results.whats)

    def cells(name: str) -> Iterable[str]:
        return (number(results.spread(what, name, key)) for what in whats)

    return table(title, list(whats), results, cells, skip)


def costs(results: Results, title: str, whats: tuple[str, ...], key: str) -> Table:
    """What each load costs. Without a proxy it would be the origin's cost: that is left out."""
    return medians(results, title, whats, key, skip=(DIRECT,))


def ratios(results: Results, ours: str, whats: tuple[str, ...], key: str) -> Table:
    """What ours costs, divided by what each of the others costs in the same round."""
    whats = tuple(what for what in whats if what in results.whats)

    def cells(name: str) -> Iterable[str]:
        return (ratio(results.ratio(what, key, ours, name)) for what in whats)

    title = f"{ours}'s processor time divided by theirs"
    return table(title, list(whats), results, cells, skip=(DIRECT, ours))


def idle(results: Results) -> Table:
    """What tunnels cost in which nothing moves, and clients that do not read."""
    levels = sorted({level for name in results.candidates for level in results.levels(name)})
    header = [f"p50 beside {level:,} idle, µs" for level in levels]
    header += ["the last ÷ a calm one's", "KB for an idle tunnel", "KB for a stalled client"]

    def cells(name: str) -> Iterable[str]:
        for level in levels:
            yield number(results.spread(f"idle-{level}", name, "p50_us"))
        last = f"idle-{max(results.levels(name), default=0)}"
        yield ratio(results.spread(last, name, "p50_ratio"))
        yield kilobytes(results.bytes_per_idle_tunnel(name))
        yield kilobytes(results.spread("stalled", name, "bytes_per_client"))

    return table("Idle tunnels and stalled clients", header, results, cells)


def goals(results: Results, ours: str) -> Table:
    rows = [
        [
            in_symbols(each, ours),
            f"≤ {each.most:g}",
            ratio(each.seen),
            "yes" if each.is_met else "no",
        ]
        for each in outcomes(results, ours)
    ]
    return Table("What is aimed at", ["goal", "bound", "seen (least to most)", "reached"], rows)


def in_symbols(outcome: Outcome, ours: str) -> str:
    return f"{outcome.what}: {ours} ÷ {outcome.rival}" if outcome.rival else outcome.what


def table(
    title: str,
    header: list[str],
    results: Results,
    cells: Callable[[str], Iterable[str]],
    skip: tuple[str, ...] = (),
) -> Table:
    """A row for each candidate of which there is at least one number."""
    rows = [[name, *cells(name)] for name in results.candidates if name not in skip]
    return Table(
        title, ["", *header], [row for row in rows if any(cell != NOTHING for cell in row[1:])]
    )


def number(spread: Spread | None) -> str:
    return NOTHING if spread is None else short(spread.median)


def short(value: float) -> str:
    """Three digits: 0.253, 14.5, 1,357."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def ratio(spread: Spread | None) -> str:
    if spread is None:
        return NOTHING
    several = f" ({spread.low:.2g}–{spread.high:.2g})" if spread.count > 1 else ""
    return short(spread.median) + several


def kilobytes(spread: Spread | None) -> str:
    return NOTHING if spread is None else short(spread.median / 1000)


def notes(results: Results) -> list[str]:
    """On what it was measured, how each one is configured, and what is missing and why."""
    where = results.machine
    lines = [
        f"{results.date}, {where['processors']}, {where['system']}, Python {where['python']}; "
        f"{results.rounds} rounds in random order (seed {results.seed}); medians, and in brackets "
        "the least and the most."
    ]
    if not results.is_complete:
        lines.append("This run was stopped before its end.")
    lines += [f"{name} ({results.versions[name]}): {how}." for name, how in results.how.items()]
    return lines + missing(results)


def missing(results: Results) -> list[str]:
    """Who was left out, and what could not be measured of the others, each with the reason."""
    lines = [f"Left out: {name}: {why}" for name, why in results.left_out.items()]
    return lines + [f"Not measured: {each['job']}: {each['why']}" for each in results.failures]


def as_renderable(results: Results) -> RenderableType:
    """For a terminal."""
    shown: list[RenderableType] = []
    for title, header, rows in tables(results):
        drawn = RichTable(title=title, title_justify="left", box=box.SIMPLE_HEAD)
        for index, name in enumerate(header):
            drawn.add_column(name, justify="right" if index else "left")
        for row in rows:
            drawn.add_row(*row)
        shown.append(drawn)
    absent = missing(results)
    for note in notes(results):
        shown.append(Text(note, style="yellow" if note in absent else ""))
    return Group(*shown)


def as_markdown(results: Results, figures: Mapping[str, str] | None = None) -> str:
    """For a page: every table, the figures, given as file names and their words, and the notes."""
    listed = "\n".join(f"- {note}" for note in notes(results))
    shown = [
        f"![{name}]({name})\n\n" + words.replace("\n", "  \n")  # two spaces: a line of its own
        for name, words in (figures or {}).items()
    ]
    return "\n\n".join([*map(in_markdown, tables(results)), *shown, listed]) + "\n"


def in_markdown(table: Table) -> str:
    title, header, rows = table
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return f"**{title}**\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)
