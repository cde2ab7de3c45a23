"""`python -m workbench`: the commands of the workbook. Each one's work is done elsewhere."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from workbench.families import FAMILIES, ROOT, UnknownLab, family_of_lab, relative

app = typer.Typer(
    help="The socket workbook's commands.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def refuse(why: object) -> typer.Exit:
    """Says on stderr what is wrong with the call; the exit status is 2."""
    errors.print(str(why), style="red", markup=False)
    return typer.Exit(2)


@app.command()
def check(
    lab: Annotated[str, typer.Argument(help="The lab's number, such as 01.")],
    only: Annotated[str, typer.Option(help="Only checks whose names begin with this.")] = "",
    hints: Annotated[bool, typer.Option("--hints", help="Show a hint for each failure.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of all payloads; 0 draws one.")] = 0,
) -> None:
    """Check a lab: your own in labs/, or the tree that the variable LABS names.

    The exit status is 0 if all checks passed, 1 if not, 2 if there is no such lab.
    """
    from workbench.checks.feedback import as_renderable
    from workbench.checks.runner import run_checks

    try:
        family = family_of_lab(lab)
    except UnknownLab as error:
        raise refuse(error) from None
    with console.status(f"checking lab {family.number} …") as status:
        report = run_checks(
            family, only, seed, on_result=lambda done: status.update(f"checked: {done.title}")
        )
    if as_json:
        print(json.dumps(report.as_json(), indent=2))
    else:
        console.print(as_renderable(report, hints=hints))
        if not hints and any(c.passed is False and not c.unwritten for c in report.checks):
            console.print(f"hints: make check LAB={family.number} HINTS=yes", style="dim")
    raise typer.Exit(0 if report.all_passed else 1)


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
def doctor() -> None:
    """Say what this machine permits, and what to do where something is missing."""
    from workbench.doctor import as_table, examine

    findings = examine()
    console.print(as_table(findings))
    raise typer.Exit(0 if all(finding.fine or not finding.needed for finding in findings) else 1)


if __name__ == "__main__":
    if sys.platform == "win32":
        sys.exit("Windows itself lacks what the labs use: work in WSL2 or in the dev container.")
    app()
