"""The commands of authors and teachers. They need the reference: a student's copy lacks this file.

Each one's work is done elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import Annotated

import typer

from workbench.families import FAMILIES, ROOT, UnknownLab, family_of_lab, relative
from workbench.grading.command import grade
from workbench.release.command import release
from workbench.terminal import console, errors, refuse

app = typer.Typer()
PANEL = "For authors and teachers"
app.command(rich_help_panel=PANEL)(grade)
app.command(rich_help_panel=PANEL)(release)


@app.command(rich_help_panel=PANEL)
def flakes(
    labs: Annotated[list[str] | None, typer.Argument(help="Labs (default: all).")] = None,
    runs: Annotated[int, typer.Option(min=1, help="Runs of each lab's checks.")] = 50,
    busy: Annotated[int, typer.Option(min=0, help="Programs that keep a core busy beside.")] = 2,
) -> None:
    """Check the reference again and again on a busy machine: do marks depend on luck?

    The exit status is 1 if one run of one lab did not get full marks.
    """
    from rich.progress import Progress

    from workbench.checks.flakes import busy_machine, marks

    names = labs or [family.number for family in FAMILIES if family.checks.exists()]
    try:
        families = [family_of_lab(name) for name in names]
    except UnknownLab as error:
        raise refuse(error) from None
    flaky = False
    with busy_machine(busy), Progress(console=errors, transient=True) as progress:
        task = progress.add_task("running", total=runs * len(families))
        for family in families:
            outcomes = marks(family, ROOT / "lab_solutions", runs, lambda: progress.advance(task))
            console.print(f"lab {family.number}: {outcomes[()]} of {runs} runs got full marks")
            for failed, count in outcomes.items():
                if failed:
                    flaky = True
                    console.print(f"  {count}x not passed: {', '.join(failed)}", markup=False)
    raise typer.Exit(1 if flaky else 0)


@app.command(rich_help_panel=PANEL)
def prove(
    test_id: Annotated[
        str, typer.Argument(help="tests/test_lab03_….py::test_NAME, or NAME alone.")
    ],
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each wheat.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="How many run at once.")] = 2,
) -> None:
    """Prove a check useful: some chaff dies of it, and no wheat does. Says which.

    The exit status is 0 if it is useful, 1 if not, 2 if there is no such check.
    """
    from rich.progress import Progress

    from workbench import proof

    try:
        family, check = proof.check_named(test_id)
    except proof.UnknownCheck as error:
        raise refuse(error) from None
    wheats, chaffs = (len(proof.samples(kind, family)) for kind in ("wheats", "chaffs"))
    with Progress(console=errors, transient=True) as progress:
        task = progress.add_task("running", total=(1 + wheats) * seeds + chaffs)
        found = proof.prove(family, check, seeds, jobs, lambda: progress.advance(task))
    for name, seen in found.caught.items():
        console.print(f"dies of it: {name}\n    {shorten(seen, 90)}", markup=False)
    for name, seen in found.unfair.items():
        console.print(f"is right, and fails: {name}\n    {seen}", style="red", markup=False)
    console.print(
        f"{len(found.caught)} of {chaffs} chaffs die of it, {len(found.unfair)} of"
        f" {1 + wheats} correct labs do: {'useful' if found.useful else 'not proven useful'}"
    )
    raise typer.Exit(0 if found.useful else 1)


@app.command(rich_help_panel=PANEL)
def mutate(
    labs: Annotated[list[str] | None, typer.Argument(help="Labs (default: all).")] = None,
    only: Annotated[str, typer.Option(help="Only exercises whose names begin with this.")] = "",
    jobs: Annotated[int, typer.Option(min=1, help="How many run at once.")] = 2,
) -> None:
    """Change the reference in one place after another: which change does no check notice?

    Those that tests/mutants.toml explains are only counted. The exit status is 1 if others
    survived, or if something is explained that is not so any more.
    """
    from rich.progress import Progress

    from workbench.mutants.survey import chosen, explanations, survey

    names = labs or [family.number for family in FAMILIES if family.checks.exists()]
    try:
        families = [family_of_lab(name) for name in names]
    except UnknownLab as error:
        raise refuse(error) from None
    mutants = {family: chosen(family, only) for family in families}
    clean = True
    with Progress(console=errors, transient=True) as progress:
        task = progress.add_task("running", total=sum(map(len, mutants.values())))
        for family, some in mutants.items():
            found = survey(family, some, explanations(family), jobs, lambda: progress.advance(task))
            clean &= found.clean
            console.print(
                f"lab {family.number}: {len(found.killed)} of {len(some)} mutants were noticed,"
                f" {len(found.explained)} others are explained"
            )
            for name in found.survivors:
                console.print(f"  no check notices {name}", markup=False)
            for name in found.outdated:
                console.print(f"  is explained and need not be: {name}", markup=False)
    raise typer.Exit(0 if clean else 1)


@app.command(rich_help_panel=PANEL)
def skeletons(
    verify: Annotated[
        bool, typer.Option("--verify", help="Write nothing; fail where labs/ differs.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite written exercises.")] = False,
) -> None:
    """Make labs/ anew from lab_solutions/: each exercise without its body."""
    from workbench.skeletons import LabHoldsWork, differences, write_labs

    if verify:
        found = differences()
        for line in found:
            errors.print(line, style="red", markup=False)
        raise typer.Exit(1 if found else 0)
    try:
        written = write_labs(force=force)
    except LabHoldsWork as error:
        raise refuse(error) from None
    for path in written:
        console.print(f"wrote {relative(path)}", markup=False)
    if not written:
        console.print("labs/ is as it should be")


@app.command(rich_help_panel=PANEL)
def refresh(
    notebooks: Annotated[
        list[Path] | None, typer.Argument(help="Notebooks to run anew (default: all).")
    ] = None,
) -> None:
    """Run the notebooks on the reference and store outputs, captures and the map, for authors."""
    from workbench.figures import proxy_map
    from workbench.notebooks import RefreshRefused, all_notebooks, refreshed

    failed = False
    for path in notebooks or all_notebooks():
        try:
            with console.status(f"running {relative(path.resolve())} …"):
                changed = refreshed(path)
        except (RefreshRefused, OSError) as error:
            errors.print(str(error), style="red", markup=False)
            failed = True
        else:
            console.print(f"{'stored' if changed else 'unchanged'}: {path.name}", markup=False)
    proxy_map().save(ROOT / "notebooks" / "proxy_map.png")
    raise typer.Exit(1 if failed else 0)


@app.command(rich_help_panel=PANEL)
def book(
    folder: Annotated[Path, typer.Argument(help="Where the book goes; made anew.")] = ROOT
    / "_build"
    / "book",
) -> None:
    """Make the notebooks into a book that can be read without a machine."""
    from workbench.book import BookFailed, build_book

    try:
        with console.status("making the book …"):
            first = build_book(folder, folder.with_name(f"{folder.name}-source"))
    except BookFailed as error:
        raise refuse(error) from None
    console.print(f"open {relative(first)}", markup=False)
