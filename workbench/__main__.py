"""`python -m workbench`: the commands of the workbook. Each one's work is done elsewhere.

Here are the students' commands. Those of authors and teachers are in `authors`, which needs the
reference and is no part of a student's copy.
"""

from __future__ import annotations

import json
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said in words to whoever tries an older one
    found = sys.version.split()[0]
    sys.exit(f"this is Python {found}: install 3.11 or newer, then make PYTHON=python3.11 lab")

from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

try:
    import typer
except ModuleNotFoundError as error:
    sys.exit(f"{error.name} is not installed for {sys.executable}: run make lab, it sets all up")

from workbench.bench.command import bench
from workbench.families import UnknownLab, family_of_lab
from workbench.terminal import console, refuse

app = typer.Typer(
    help="The socket workbook's commands.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def check(
    lab: Annotated[str, typer.Argument(help="The lab's number, such as 01.")],
    only: Annotated[str, typer.Option(help="Only checks whose names begin with this.")] = "",
    hints: Annotated[bool, typer.Option("--hints", help="Show a hint for each failure.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of all payloads; 0 draws one.")] = 0,
    isolated: Annotated[
        bool, typer.Option("--isolated", help="In a sandbox, as it is marked; needs the reference.")
    ] = False,
    tier: Annotated[
        str, typer.Option(help="Of the sandbox: bwrap, uid or plain (default: the best one here).")
    ] = "",
) -> None:
    """Check a lab: your own in labs/, or the tree that the variable LABS names.

    The exit status is 0 if all checks passed, 1 if not, 2 if there is no such lab.
    """
    from workbench.checks.feedback import as_renderable
    from workbench.checks.runner import run_checks
    from workbench.sandbox.tiers import TierRefused, tier_for

    try:
        family = family_of_lab(lab)
        chosen = tier_for(tier) if isolated or tier else None
    except (UnknownLab, TierRefused) as error:
        raise refuse(error) from None
    with console.status(f"checking lab {family.number} …") as status:
        report = run_checks(
            family,
            only,
            seed,
            on_result=lambda done: status.update(f"checked: {done.title}"),
            isolated=chosen is not None,
            tier=chosen,
        )
    if as_json:
        print(json.dumps(report.as_json(), indent=2))
    else:
        console.print(as_renderable(report, hints=hints))
        if not hints and any(c.passed is False and not c.unwritten for c in report.checks):
            console.print(f"hints: make check LAB={family.number} HINTS=yes", style="dim")
    raise typer.Exit(0 if report.all_passed else 1)


@app.command()
def conformance(
    proxy: Annotated[
        list[str] | None,
        typer.Option(help="ours, lab09, squid, tinyproxy (default: all but lab09)."),
    ] = None,
    at: Annotated[str, typer.Option(help="HOST:PORT of any proxy that runs, instead.")] = "",
    only: Annotated[str, typer.Option(help="Only cases whose names begin with this.")] = "",
    form: Annotated[str, typer.Option("--format", help="table, md or json.")] = "table",
    wire: Annotated[bool, typer.Option("--wire", help="Show every byte of what fails.")] = False,
) -> None:
    """Hold proxies to what the standards ask of them, on raw sockets.

    `ours` is lab 08: your own in labs/, or that of the tree that the variable LABS names; so is
    `lab09`, which is the same proxy on another loop and with another tunnel. The exit
    status is 0 if every case holds with the first proxy, 1 if not, 2 for a call that can't be.
    """
    from workbench.conformance import command

    try:
        holds = command.run(proxy or (), at, only, form, wire)
    except (command.BadCall, RuntimeError, OSError) as error:
        raise refuse(error) from None
    raise typer.Exit(0 if holds else 1)


app.command()(bench)


@app.command()
def doctor() -> None:
    """Say what this machine permits, and what to do where something is missing."""
    from workbench.doctor import as_table, examine

    findings = examine()
    console.print(as_table(findings))
    raise typer.Exit(0 if all(finding.fine or not finding.needed for finding in findings) else 1)


if find_spec("workbench.authors"):
    app.add_typer(import_module("workbench.authors").app)

if __name__ == "__main__":
    if sys.platform == "win32":
        sys.exit("Windows itself lacks what the labs use: work in WSL2 or in the dev container.")
    app()
