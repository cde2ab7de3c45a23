"""Shows what came of the cases: as a table in a terminal, as Markdown, as JSON.

Knows no socket. What fails comes first, and what other proxies pass of it before all else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from rich.console import Group
from rich.table import Table
from rich.text import Text

from workbench.conformance.case import Case, Kind
from workbench.conformance.run import Outcome

SCHEMA = "conformance/1"
SIGNS = {True: "✓", False: "✗"}
ABOUT = """\
# Conformance of HTTP/1.1 proxies

{count} cases, each with the bytes that a client sends, what an origin answers, and what must come
of it: see `workbench/conformance/cases`. What is expected comes from the text of RFC 9110, RFC 9112
and RFC 8305, and each case quotes its sentence; where the text leaves a choice, each way counts. A
few cases were added, and a few made more tolerant, after real clients and the first runs had shown
what was missing. squid lets everyone in and caches nothing, tinyproxy lets everyone in; otherwise
both are as they come. This page is made by

```sh
python -m workbench conformance --format md > tests/conformance/RESULTS.md
```

{day}.

{programs}
"""


class Played(NamedTuple):
    """All cases, played through one proxy."""

    proxy: str
    version: str
    outcomes: Sequence[Outcome]

    def count(self, kind: Kind | None = None) -> tuple[int, int]:
        """How many cases of this kind hold, and how many there are."""
        those = [outcome for outcome in self.outcomes if kind in (None, outcome.case.kind)]
        return sum(outcome.passed for outcome in those), len(those)


class Row(NamedTuple):
    """One case, and whether it holds with each proxy."""

    case: Case
    outcomes: tuple[Outcome, ...]


def rows(played: Sequence[Played]) -> list[Row]:
    """The cases: those that the first proxy fails first, and what the others pass before the rest.

    No I/O. Otherwise the order of the cases stays.
    """
    columns = zip(*(each.outcomes for each in played), strict=True)
    all_rows = [Row(outcomes[0].case, outcomes) for outcomes in columns]

    def rank(row: Row) -> tuple[bool, int]:
        first, *others = row.outcomes
        return first.passed, -sum(outcome.passed for outcome in others)

    return sorted(all_rows, key=rank)


def as_renderable(played: Sequence[Played], wire: bool = False) -> Group:
    """Counts by kind, then what fails with each proxy, and why; with `wire`, every byte of that."""
    counts = Table("", *(each.proxy for each in played))
    for kind in (*Kind, None):
        cells = ("{} of {}".format(*each.count(kind)) for each in played)
        counts.add_row(kind.value if kind else "all", *cells)
    parts: list[object] = [counts]
    for each in played:
        failed = [outcome for outcome in each.outcomes if not outcome.passed]
        parts.append(Text(f"\n{each.proxy} ({each.version}): {len(failed)} fail", style="bold"))
        for outcome in failed:
            parts.append(Text(f"✗ {outcome.case.name} [{outcome.case.rule.section}]", "red"))
            parts.append(Text(f"    {outcome.wrong}" + (f"\n{outcome.wire}" if wire else "")))
    return Group(*parts)


def as_json(played: Sequence[Played]) -> dict[str, object]:
    """All of it as plain data."""
    return {
        "schema": SCHEMA,
        "date": date.today().isoformat(),
        "proxies": {each.proxy: each.version for each in played},
        "cases": [
            {
                "name": row.case.name,
                "kind": row.case.kind.value,
                "section": row.case.rule.section,
                "sentence": row.case.rule.sentence,
                "expected": [each.words for each in row.case.expect],
                "results": {
                    each.proxy: {"passed": outcome.passed, "wrong": outcome.wrong}
                    for each, outcome in zip(played, row.outcomes, strict=True)
                },
            }
            for row in rows(played)
        ],
    }


def as_markdown(played: Sequence[Played]) -> str:
    """A page that can be kept: the same for the same results, but for its date."""
    names = [each.proxy for each in played]
    all_rows = rows(played)
    programs = "\n".join(f"- {each.proxy}: {each.version}" for each in played)
    day = date.today().isoformat()
    parts = [ABOUT.format(count=len(all_rows), day=day, programs=programs)]
    parts += ["## What fails here\n", _failures(played[0], all_rows, names)]
    parts += ["## Counts\n", _table(["", *names], _counts(played))]
    for kind in Kind:
        lines = [
            [f"`{row.case.name}`", row.case.rule.section, *(SIGNS[o.passed] for o in row.outcomes)]
            for row in all_rows
            if row.case.kind is kind
        ]
        parts += [f"## {kind.value}\n", _table(["case", "rule", *names], lines)]
    for number, each in enumerate(played[1:], 1):
        parts.append(f"## What was expected of {each.proxy} and did not come\n")
        parts.append(_list(row.outcomes[number] for row in all_rows))
    return "\n".join(parts)


def _failures(first: Played, all_rows: Sequence[Row], names: Sequence[str]) -> str:
    failed = [row for row in all_rows if not row.outcomes[0].passed]
    if not failed:
        return f"Nothing: all {len(all_rows)} cases hold with {first.proxy}.\n"
    lines = [
        [f"`{row.case.name}`", row.case.rule.section, *(SIGNS[o.passed] for o in row.outcomes)]
        for row in failed
    ]
    table = _table(["case", "rule", *names], lines)
    return table + "\n" + _list(row.outcomes[0] for row in failed)


def _list(outcomes: Sequence[Outcome]) -> str:
    """Only what was expected: what came instead has addresses and times of one run in it."""
    lines = (
        f"- `{outcome.case.name}`: {outcome.wrong.partition(' Instead: ')[0]}"
        for outcome in outcomes
        if not outcome.passed
    )
    return "\n".join(lines) + "\n"


def _counts(played: Sequence[Played]) -> list[list[str]]:
    return [
        [
            kind.value if kind else "all",
            *("{} of {}".format(*each.count(kind)) for each in played),
        ]
        for kind in (*Kind, None)
    ]


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = ["---"] * len(head)
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, rule, *lines))
