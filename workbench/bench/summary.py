"""What was measured as one table for the README, beside what was aimed at, and where it goes.

Knows how results and goals read; not how they were measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from workbench.bench import DIRECT, LAB08, LAB09
from workbench.bench.goals import IDLE_BYTES, IN_WORDS, PER_GB, PER_REQUEST, bound, outcomes
from workbench.bench.report import (
    Table,
    in_markdown,
    kilobytes,
    notes,
    number,
    reference,
    short,
    table,
)
from workbench.bench.results import Results, Spread

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
_BETWEEN = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
#: What is shown, by which value, and the head of its column.
COLUMNS = (
    ("tunnel-1", PER_GB, "s for a GB, 1 tunnel"),
    ("tunnel-8", PER_GB, "s for a GB, 8 tunnels"),
    ("keep-alive-16", PER_REQUEST, "µs for a request, keep-alive"),
    ("close-16", PER_REQUEST, "µs for a request, a connection for each"),
)


def as_summary(results: Results) -> str:
    """When and beside what, a table, how many goals were reached; folded: the missed, the notes."""
    parts = [when_and_beside_what(results), in_markdown(summary(results)), reached(results)]
    folds = {"Which were missed": missed(results), "How it was measured": notes(results)}
    parts += [folded(title, lines) for title, lines in folds.items() if lines]
    return "\n\n".join(parts) + "\n"


def folded(title: str, lines: list[str]) -> str:
    """A list under its title, to be opened by whoever wants to read it."""
    listed = "\n".join(f"- {line}" for line in lines)
    return f"<details><summary>{title}</summary>\n\n{listed}\n</details>"


def when_and_beside_what(results: Results) -> str:
    where = results.machine
    versions = dict.fromkeys(
        results.versions[name] for name in results.candidates if name not in (LAB08, LAB09, DIRECT)
    )
    return (
        f"Measured on {results.date}, on {where['processors']}, {where['system']}, Python "
        f"{where['python']}, beside {', '.join(versions) or 'no other proxy'}."
    )


def summary(results: Results) -> Table:
    """What each one costs; behind it, how many times as much ours costs, and what is aimed at."""
    ours = reference(results)
    columns = [column for column in COLUMNS if column[0] in results.whats]
    header = [words for _, _, words in columns]

    def cells(name: str) -> Iterable[str]:
        for what, key, _ in columns:
            times = results.ratio(what, key, ours, name) if name != ours else None
            yield number(results.spread(what, name, key)) + judged(times, bound(key, what, name))
        size = results.bytes_per_idle_tunnel(name)
        goal = f"goal {IDLE_BYTES / 1000:g}" if size and name == ours else ""
        yield kilobytes(size) + in_brackets(goal, bold=bool(goal) and size.median > IDLE_BYTES)

    title = (
        f"Processor time. In brackets: how many times as much {ours} takes, and the most that is "
        "aimed at; bold where that was missed"
    )
    return table(title, [*header, "KB for an idle tunnel"], results, cells, skip=(DIRECT,))


def judged(times: Spread | None, most: float | None) -> str:
    """ " (0.47×, goal 0.4×)", bold if that is missed; "" if there is nothing to compare."""
    if times is None:
        return ""
    goal = f", goal {most:g}×" if most else ""
    return in_brackets(f"{short(times.median)}×{goal}", bold=bool(most) and times.median > most)


def in_brackets(words: str, bold: bool) -> str:
    """ "" for no words."""
    return words and (f" (**{words}**)" if bold else f" ({words})")


def reached(results: Results) -> str:
    """How many of the goals about which this run can say something."""
    ours = reference(results)
    found = outcomes(results, ours)
    return f"{ours} reached {sum(each.is_met for each in found)} of {len(found)} goals."


def missed(results: Results) -> list[str]:
    """In plain words: each goal that was not reached, those of one load together."""
    by_load: dict[str, list[str]] = {}
    for each in outcomes(results, reference(results)):
        if not each.is_met:
            of = f"× {each.rival}'s" if each.rival else ""
            words = f"{short(each.seen.median)}{of} (goal: at most {each.most:,g}{of[:1]})"
            by_load.setdefault(IN_WORDS.get(each.what, each.what), []).append(words)
    return [f"{load}: {'; '.join(all_)}" for load, all_ in by_load.items()]


def require_markers(path: Path) -> str:
    """The text of a page with a place for a table. Raises ValueError if there is no such place."""
    page = path.read_text("utf-8")
    if not _BETWEEN.search(page):
        raise ValueError(f"{path.name} has no {BEGIN} … {END}")
    return page


def write_between_markers(path: Path, text: str) -> None:
    """Put `text` between the two markers of a page. Raises ValueError if it has none."""
    page = require_markers(path)
    path.write_text(_BETWEEN.sub(lambda _: f"{BEGIN}\n{text}{END}", page), "utf-8")
