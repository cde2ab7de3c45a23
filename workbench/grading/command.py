"""`python -m workbench grade`: reads what a teacher asks for, marks, and writes the reports.

Must not know how a submission is marked, nor what is in a format.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from workbench.families import FAMILIES, UnknownLab, family_of_lab
from workbench.grading.choices import Choices, Format, version_of_checks
from workbench.grading.submissions import Submission, find_submissions
from workbench.plain import one_line
from workbench.sandbox import Tier, best_tier, works
from workbench.terminal import errors, refuse

NOT_ALL_MARKED, INTERRUPTED = 1, 130
A_CORE = 4  # submissions at a time: checks wait for three quarters of theirs


def grade(
    submissions: Annotated[
        list[Path],
        typer.Argument(help="Folders: one with labs/ (or lab files) in it, or of many such."),
    ],
    lab: Annotated[
        list[str] | None, typer.Option(help="Only this lab; may be repeated (default: all).")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder that the reports go to.")] = Path("graded"),
    format: Annotated[
        list[Format] | None, typer.Option(help="May be repeated (default: html and md).")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all payloads; 0 draws one.")] = 0,
    twice: Annotated[
        bool, typer.Option("--twice", help="Mark by two seeds: say which marks depend on luck.")
    ] = False,
    notebooks: Annotated[
        bool, typer.Option("--notebooks", help="Run the notebooks on the labs, too; no marks.")
    ] = False,
    tier: Annotated[
        Tier | None, typer.Option(help="How labs are shut in (default: the best that works).")
    ] = None,
    require_tier: Annotated[
        Tier, typer.Option(help="Mark in this tier or a better one, or not at all.")
    ] = Tier.PLAIN,
    jobs: Annotated[int, typer.Option(min=0, help="Submissions at a time (0: four a core).")] = 0,
    lab_limit_s: Annotated[
        float, typer.Option(min=1, help="Seconds for one lab of one submission.")
    ] = 60.0,
) -> None:
    """Mark submissions, one or a class, and write reports.

    Each submission is marked in a sandbox, as its labs stand; nothing else of it is used. What is
    done is kept in the folder of reports: Ctrl-C ends a batch, and the same command goes on with
    it. What has changed since, or was marked by other checks, is marked anew.

    The exit status is 0 if all were marked, 1 if some could not be, 2 if the call is wrong.
    """
    from workbench.grading.batch import Batch, Busy, seed_of
    from workbench.grading.reports import write_reports
    from workbench.grading.watch import print_cost, print_table, run_with_bar

    begun_s = time.monotonic()
    chosen = format or [Format.HTML, Format.MARKDOWN]
    here = _tier(tier, require_tier)
    labs, found = _labs(lab or []), _found(submissions, out, chosen)
    seed = seed_of(out, seed)
    choices = Choices(
        labs=labs,
        seed=seed,
        again_seed=seed + 1 if twice else 0,
        tier=here.value,
        lab_limit_s=lab_limit_s,
        notebooks=notebooks,
        version=version_of_checks(notebooks),
    )
    batch = Batch(found, choices, out.resolve())
    try:
        finished = run_with_bar(batch, jobs or A_CORE * (os.cpu_count() or 1))
    except Busy as error:
        raise refuse(error) from None
    overview = write_reports(batch, chosen)
    print_table(overview, out)
    print_cost(begun_s)
    if not finished:
        errors.print(f"stopped: {len(overview.rows)} of {len(found)} are done; the rest is left")
        raise typer.Exit(INTERRUPTED)
    raise typer.Exit(0 if overview.marked == len(found) else NOT_ALL_MARKED)


def _tier(wanted: Tier | None, required: Tier) -> Tier:
    """The tier to mark in. Refuses one that this machine does not permit, or that is too low."""
    tiers = list(Tier)
    here = wanted or best_tier()
    if not works(here):
        raise refuse(f"this machine does not permit the tier {here}: the best one is {best_tier()}")
    if tiers.index(here) > tiers.index(required):
        raise refuse(f"this would be marked in the tier {here}, and {required} is required")
    return here


def _labs(names: list[str]) -> tuple[str, ...]:
    try:
        chosen = {family_of_lab(name).number for name in names}
    except UnknownLab as error:
        raise refuse(error) from None
    return tuple(sorted(chosen or {f.number for f in FAMILIES if f.checks.exists()}))


def _found(paths: list[Path], out: Path, chosen: list[Format]) -> list[Submission]:
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise refuse(f"not there: {', '.join(map(one_line, missing))}")
    if out.exists() and not out.is_dir():
        raise refuse(f"{out} is no folder: name one for the reports")
    found = find_submissions(paths, leave_out=out.resolve())
    if Format.CLASSROOM50 in chosen:
        _must_suit_classroom50(found)
    return found


def _must_suit_classroom50(found: list[Submission]) -> None:
    from workbench.grading.formats import NotThere, classroom50_identity

    if len(found) != 1:
        raise refuse(f"Classroom 50 marks one submission at a time; here are {len(found)}")
    try:
        classroom50_identity(os.environ)
    except NotThere as error:
        raise refuse(error) from None
