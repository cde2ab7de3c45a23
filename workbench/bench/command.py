"""`python -m workbench bench`: the command line of the benchmark.

Knows options and what is said in a terminal. The work is done in the other modules, and they are
imported when they are needed: this one is loaded with every command.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.terminal import console, errors, refuse

if TYPE_CHECKING:
    from workbench.bench.results import Results
    from workbench.bench.run import Plan


FOLDER = Path("bench-results")
INTERRUPTED = 130  # as a shell has it: 128 and the number of SIGINT


def bench(
    only: Annotated[
        list[str] | None, typer.Option(help="tunnels, requests, idle or stalled; several: again.")
    ] = None,
    peers: Annotated[str, typer.Option(help="Proxies by name, with commas (default: all).")] = "",
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Rounds of the quick loads.")] = 5,
    seed: Annotated[int, typer.Option(help="Seed of the random order.")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="One round, few loads: 30 s.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for results and figures.")] = FOLDER,
    readme: Annotated[bool, typer.Option("--readme", help="Put a table into README.md.")] = False,
    results: Annotated[
        Path | None, typer.Option(help="Measure nothing: show what this file holds.")
    ] = None,
) -> None:
    """Measure the proxy of labs 08 and 09 beside squid, haproxy and others: 15 minutes.

    Your own in labs/, or that of the tree that the variable LABS names. What is compared is
    processor time within one run. Ctrl-C ends it and keeps what was measured. The exit status is 0;
    1 if a lab's program could not take part; 2 for a call that can't be; 130 after Ctrl-C.
    """
    from workbench.bench import report, summary
    from workbench.bench.results import read
    from workbench.families import ROOT
    from workbench.proxies import NotInstalled

    try:
        if readme:  # a page without a place for it is refused now, not after a quarter of an hour
            summary.require_markers(ROOT / "README.md")
        measured = read(results) if results else _measured(_plan(only, peers, rounds, seed, quick))
        if measured.samples and not results:
            _write(measured, out)
        console.print(report.as_renderable(measured))
        if readme:
            summary.write_between_markers(ROOT / "README.md", summary.as_summary(measured))
    except (ValueError, NotInstalled, RuntimeError, OSError) as error:  # the origin's, too
        raise refuse(error) from None
    raise typer.Exit(_status(measured))


def _status(measured: Results) -> int:
    from workbench.bench.candidates import CANDIDATES

    if not measured.is_complete:
        return INTERRUPTED
    own = {candidate.name for candidate in CANDIDATES if candidate.lab}
    return 0 if measured.samples and not own & measured.left_out.keys() else 1


def _plan(only: list[str] | None, peers: str, rounds: int, seed: int, quick: bool) -> Plan:
    from workbench.bench.run import plan

    if sys.platform != "linux":
        raise ValueError(
            "the benchmark reads clocks and files that only Linux has: run it in the dev container"
        )
    names = [name.strip() for name in peers.split(",") if name.strip()]
    return plan(names, only or [], rounds, seed, quick)


def _measured(plan: Plan) -> Results:
    """Run the plan with a progress bar, which is drawn between two loads and never within one."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from workbench.bench.run import run

    columns = (BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=errors, auto_refresh=False, transient=True) as progress:
        task = progress.add_task("starting")

        def on_step(done: int, total: int, what: str) -> None:
            progress.update(task, completed=done, total=total, description=what, refresh=True)

        return run(plan, on_step)


def _write(measured: Results, folder: Path) -> None:
    """Results and figures into the folder; says where."""
    from workbench.bench.pictures import drawings
    from workbench.bench.report import as_markdown

    folder.mkdir(parents=True, exist_ok=True)
    measured.write(folder / "results.json")
    figures = {f"{name}.png": drawing for name, drawing in drawings(measured)}
    for name, drawing in figures.items():
        drawing.save(folder / name)
    words = {name: drawing.alt_text for name, drawing in figures.items()}
    (folder / "results.md").write_text(as_markdown(measured, words), "utf-8")
    errors.print(f"results and figures are in {folder}/", style="dim", markup=False)
