"""What a teacher sees while a batch is marked, and the table at its end.

Must not know what a grade is made of.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from workbench.families import relative
from workbench.grading.batch import Batch
from workbench.grading.overview import Overview
from workbench.plain import one_line
from workbench.sandbox import Tier
from workbench.terminal import console, errors

NAME_WIDTH, WHY_LIMIT = 32, 400
RSS_PER_MIB = 1 << (20 if sys.platform == "darwin" else 10)  # ru_maxrss: bytes there, else KiB


def run_with_bar(batch: Batch, jobs: int) -> bool:
    """Marks what is left. Returns False if Ctrl-C ended it before it was done. Raises Busy."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    kept = len(batch.submissions) - len(batch.left_to_do())
    try:
        with Progress(*columns, console=errors, transient=True) as progress:
            task = progress.add_task("marking", total=len(batch.submissions), completed=kept)
            batch.run(jobs, lambda _: progress.advance(task))
    except KeyboardInterrupt:
        return False
    return True


def print_cost(begun_s: float) -> None:
    """What it has taken since `begun_s`, by time.monotonic(), and this program's memory.

    The memory does not grow with the class: no more than one grade is held at a time.
    """
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // RSS_PER_MIB
    took_s = time.monotonic() - begun_s
    errors.print(f"it took {took_s:.0f} s; this program held {peak_mib} MiB at most")


def print_table(overview: Overview, out: Path) -> None:
    """Submissions × labs on stdout; on stderr what could not be marked, and where reports lie."""
    table = Table(box=None, pad_edge=False)
    table.add_column("submission", no_wrap=True, max_width=NAME_WIDTH)
    for heading in ("points", *overview.max_scores):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in overview.rows:
        points = f"{row.score}/{row.max_score}" if row.was_marked else "not marked"
        table.add_row(row.name, points, *(row.cell(lab) for lab in overview.max_scores))
    console.print(table, markup=False)
    for row in overview.rows:
        if not row.was_marked:
            why = one_line(f"{row.name} could not be marked: {row.why_not}", WHY_LIMIT)
            errors.print(why, style="red", markup=False)
    errors.print(f"tier {overview.tier}, seed {overview.seed}; reports in {relative(out)}/")
    if limits := Tier(overview.tier).cannot_hold:
        errors.print(limits, style="yellow", markup=False)
