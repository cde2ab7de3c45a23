"""Writes the reports of a batch in every format that is asked for, one grade at a time.

Knows which file each format goes to. Must not know how a submission is marked.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from workbench.grading import formats, markdown, pages
from workbench.grading.batch import Batch
from workbench.grading.choices import Format
from workbench.grading.grade import Grade, write_whole
from workbench.grading.overview import Overview

#: A submission's own files, besides labgrade.json.
FILES: dict[Format, tuple[str, Callable[[Grade], str]]] = {
    Format.HTML: ("report.html", pages.submission_page),
    Format.MARKDOWN: ("summary.md", markdown.summary),
    Format.JUNIT: ("junit.xml", formats.junit),
    Format.GRADESCOPE: ("results.json", formats.gradescope),
    Format.CLASSROOM50: ("result.json", formats.classroom50),
}


def write_reports(batch: Batch, chosen: list[Format]) -> Overview:
    """Writes each grade's files and those of the class, and returns what there is to say of it."""
    overview = Overview(batch.choices.tier, batch.choices.seed)
    text = ""
    for grade in batch.grades():
        overview.add(grade)
        text = markdown.summary(grade)
        for format in chosen:
            if format in FILES:
                name, text_of = FILES[format]
                write_whole(batch.out / grade.submission / name, text_of(grade))
    if len(batch.submissions) != 1:
        text = markdown.class_summary(overview)
    if Format.HTML in chosen:
        write_whole(batch.out / "index.html", pages.class_page(overview))
    if Format.MARKDOWN in chosen:
        write_whole(batch.out / "summary.md", text)
    if Format.GITHUB in chosen:
        _to_github(text, overview)
    return overview


def _to_github(text: str, overview: Overview) -> None:
    """Adds to the job's summary, where there is one, and annotates what could not be marked."""
    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(path, "a", encoding="utf-8") as summary:
            summary.write(text)
    for row in overview.rows:
        if not row.was_marked:
            print(markdown.annotation("could not be marked", f"{row.name}: {row.why_not}"))
