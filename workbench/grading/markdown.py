"""Grades as Markdown, for a CI job's summary or a file: one submission, or a class in a table.

All that comes from a submission stands in code, where Markdown, HTML and mentions do nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from workbench.checks.feedback import FACES
from workbench.checks.results import CheckResult
from workbench.grading.formats import how_marked, in_words, remarks
from workbench.grading.grade import Grade
from workbench.grading.overview import Overview, Row
from workbench.misconceptions import catalogue

FAILURES_LIMIT = 30  # told in full: a CI job's summary has 1 MiB for all of its steps


def summary(grade: Grade) -> str:
    """One submission: the labs, what failed in full, and what is to be said of it as a whole."""
    failed = [c for c in grade.checks if c.passed is False and not c.unwritten]
    parts = [
        f"## {code(grade.submission)}: {grade.score} of {grade.max_score} points",
        _table(("Lab", "Points", "Checks", "Passed", "Not run"), _lab_rows(grade)),
        *(_failure(check) for check in failed[:FAILURES_LIMIT]),
        *([f"and {len(failed) - FAILURES_LIMIT} more"] if len(failed) > FAILURES_LIMIT else []),
        *_notebooks(grade),
        *(block(line) for line in remarks(grade)),
        how_marked(grade.tier, grade.seed),
    ]
    return "\n\n".join(parts) + "\n"


def class_summary(overview: Overview) -> str:
    """A class: submissions × labs, and the beliefs that were met most often."""
    head = ("Submission", "Points", *(f"Lab {lab}" for lab in overview.max_scores))
    beliefs = [
        f"1. {catalogue()[id].belief} ({count} of {overview.marked} submissions)"
        for id, count in overview.common_beliefs()
    ]
    parts = [
        f"## {len(overview.rows)} submissions",
        _table(head, (_class_row(row, overview) for row in overview.rows)),
        "### Beliefs met most often" if beliefs else "",
        "\n".join(beliefs),
        how_marked(overview.tier, overview.seed),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def code(text: str) -> str:
    """`text` as code within a line, and within a cell of a table."""
    line = " ".join(text.split()) or " "
    fence = "`" * (_longest_run(line) + 1)
    return f"{fence} {line} {fence}".replace("|", "\\|")


def block(text: str) -> str:
    """`text` as a block of code."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}text\n{text}\n{fence}"


def annotation(title: str, text: str) -> str:
    """A line that GitHub's runner takes for a notice of an error, whatever `text` holds."""
    escapes = {"%": "%25", "\r": "%0D", "\n": "%0A"}
    for character, escaped in escapes.items():
        text = text.replace(character, escaped)
    return f"::error title={title}::{text}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _lab_rows(grade: Grade) -> Iterable[list[str]]:
    for mark in grade.labs:
        checks = grade.of_lab(mark.lab)
        passed = sum(check.passed is True for check in checks)
        unrun = sum(check.passed is None for check in checks)
        points = f"{mark.score} of {mark.max_score}"
        yield [mark.lab, points, str(len(checks)), str(passed), str(unrun)]


def _notebooks(grade: Grade) -> Iterable[str]:
    """The second column, where it was asked for: what the notebooks print on these labs."""
    rows = [
        [run.notebook, *map(str, (run.passed, run.failed, run.not_run)), run.note or "–"]
        for run in grade.notebooks
    ]
    if rows:
        yield "### The notebooks on these labs: for information, not for marks"
        yield _table(("Notebook", "Cells as recorded", "Other", "Not run", "Note"), rows)


def _class_row(row: Row, overview: Overview) -> list[str]:
    marks = [row.cell(lab) for lab in overview.max_scores]
    return [code(row.name), str(row.score) if row.was_marked else "not marked", *marks]


def _failure(check: CheckResult) -> str:
    """Folded: the summary of a job is read by scrolling. The promise is the checks' own text."""
    face, _ = FACES[check.passed]
    title = f"{face} Lab {check.lab}: {check.title}".replace("<", "&lt;")
    body = block(in_words(check))
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
