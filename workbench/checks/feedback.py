"""Puts a Report in words: for a terminal in colour, for a notebook as plain text.

The words come from the checks and the misconceptions; here is only their order and layout.
"""

from __future__ import annotations

import html
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from workbench.checks.results import NEEDS_FIRST, CheckResult, Report
from workbench.misconceptions import catalogue

FACES = {True: (":)", "green"), False: (":(", "red"), None: (":|", "yellow")}
WIDTH = 96


def as_text(report: Report, tree: bool = True) -> str:
    """The whole feedback as plain text, without the hints."""
    console = Console(
        file=StringIO(), width=WIDTH, color_system=None, force_jupyter=False, highlight=False
    )
    console.print(as_renderable(report, tree=tree))
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def as_renderable(report: Report, *, tree: bool = True, hints: bool = False) -> RenderableType:
    """What a student reads: the list of checks, the sum, and each failure in full."""
    if report.fault:
        return Text(f"The checks of lab {report.lab} could not run: {report.fault}", style="red")
    failures = [check for check in report.checks if check.passed is False and not check.unwritten]
    parts = [_overview(report, tree)]
    if report.broken:
        parts.append(Text(f"\nNothing could be checked: {report.broken}", style="red"))
    parts += [_unwritten(report)] if any(check.unwritten for check in report.checks) else []
    parts += [_failure(check, hints) for check in failures]
    return Group(*parts)


def _overview(report: Report, tree: bool) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True, style="dim")
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    numbers = {check.id: number for number, check in enumerate(report.checks, 1)}
    for check in report.checks:
        face, style = FACES[check.passed]
        title = check.title + _why_not_run(check, numbers)
        points = Text(f"{check.score}/{check.points}", style)
        table.add_row(str(numbers[check.id]), Text(face, style), Text(title), points)
    heading = f"Lab {report.lab}" + (f", your code: {report.tree}/" if tree else "")
    return Group(Text(heading, style="bold"), table, Text(_sum(report), style="bold"))


def _why_not_run(check: CheckResult, numbers: dict[str, int]) -> str:
    """Which checks to mend first, by number; or that a tool is missing, or the check is broken."""
    if check.passed is not None:
        return ""
    first = [str(numbers[need]) for need in check.needs if need in numbers]
    waits = check.actual.startswith(NEEDS_FIRST)
    return f"  [after\u00a0{' and '.join(first)}]" if waits else f"  [{check.actual}]"


def _sum(report: Report) -> str:
    counts = {state: sum(c.passed is state for c in report.checks) for state in FACES}
    parts = [f"{counts[True]} of {len(report.checks)} checks passed"]
    parts += [f"{counts[None]} not run"] if counts[None] else []
    return f"{', '.join(parts)}: {report.score} of {report.max_score} points"


def _unwritten(report: Report) -> RenderableType:
    names = list(dict.fromkeys(check.unwritten for check in report.checks if check.unwritten))
    failed = any(check.passed is False and not check.unwritten for check in report.checks)
    first = "First mend what failed." if failed else f"Begin with {names[0]}."
    return Text(f"\nNot written yet: {', '.join(names)}. {first}", style="yellow")


def told(check: CheckResult, hints: bool = True) -> list[tuple[str, str]]:
    """What there is to say about a failure, heading and text, in the order in which it is read.

    Promise, wire, expected and actual, the belief, the hint: the promise is the check's title.
    """
    belief = None if check.slip else catalogue().get(check.misconception)
    rows = [
        *((h, t) for h, t in check.log.items() if h == "on the wire"),
        ("expected", check.expected),
        ("but", check.actual),
        *((h, t) for h, t in check.log.items() if h != "on the wire"),
        ("you may believe", belief and belief.belief),
        ("what happens", belief and f"{belief.truth} See {belief.shown_in}."),
        ("a hint", check.hint if hints else ""),
    ]
    return [(heading, text) for heading, text in rows if text]


def _failure(check: CheckResult, hints: bool) -> RenderableType:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(no_wrap=True, style="dim")
    rows.add_column(ratio=1)
    for heading, text in told(check, hints):
        rows.add_row(heading, Text(text))
    title = Text(f"\n:( {check.title}", style="bold red")
    return Group(title, Padding(rows, (0, 0, 0, 3)))


def hints_as_html(report: Report) -> str:
    """The hints of what failed, each folded away until it is asked for; empty without any."""
    failed = [check for check in report.checks if check.passed is False and not check.unwritten]
    return "\n".join(
        f"<details><summary>A hint for “{html.escape(check.title)}”</summary>"
        f"{html.escape(check.hint)}</details>"
        for check in failed
    )
