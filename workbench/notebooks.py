"""Runs notebooks on the reference and stores what they print: the record that nbval compares.

Knows the notebooks' format and rules; nothing of what they teach.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from workbench.families import FAMILIES

CELL_LIMIT_S = 20
#: What may stand in the environment of a notebook that is recorded: the reference, new captures.
RECORDING = {"LABS": "lab_solutions", "WORKBENCH_CAPTURE": "record"}
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
UNCOMPARED = {"image/png", "application/vnd.jupyter.widget-view+json"}


class RefreshRefused(Exception):
    """The notebook did not run as it must: nothing was stored."""


def all_notebooks() -> list[Path]:
    """The notebooks that are there, in the order of the families."""
    return [family.notebook for family in FAMILIES if family.notebook.exists()]


def refreshed(path: Path, environment: dict[str, str] = RECORDING) -> bool:
    """Runs a notebook from top to bottom and stores its outputs. Blocks while it runs.

    Returns whether what nbval compares has changed; if not, the file stays as it is.
    Raises RefreshRefused, and stores nothing, where a cell raises that should not, or has not
    run, or wrote to stderr.
    """
    stored = read(path)
    notebook = executed(stored, path.parent, environment)
    faults = list(faults_in(notebook))
    if faults:
        raise RefreshRefused("\n".join(f"{path.name}: {fault}" for fault in faults))
    changed = compared(notebook) != compared(stored)
    if changed:
        nbformat.write(notebook, path)
    return changed


def read(path: Path) -> nbformat.NotebookNode:
    """The notebook at `path`. Raises RefreshRefused where there is none, or something else."""
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (OSError, ValueError, AttributeError, nbformat.ValidationError) as error:
        raise RefreshRefused(f"{path}: no notebook: {error}") from None
    if not notebook.cells:
        raise RefreshRefused(f"{path}: no notebook: it has no cells")
    return notebook


def executed(
    notebook: nbformat.NotebookNode, folder: Path, environment: dict[str, str]
) -> nbformat.NotebookNode:
    """A copy of `notebook` with the outputs of a run in `folder`. Errors of cells are kept."""
    copy = nbformat.from_dict(notebook)
    client = NotebookClient(
        copy,
        timeout=CELL_LIMIT_S,
        kernel_name="python3",
        allow_errors=True,
        record_timing=False,
        coalesce_streams=True,  # or how the text is cut into pieces differs from run to run
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],  # it warns of TCP on loopback at each start
    )
    try:
        with _environment(environment):
            client.execute()
    except (CellTimeoutError, DeadKernelError, RuntimeError) as error:
        raise RefreshRefused(f"{folder}: a cell took over {CELL_LIMIT_S} s, or: {error}") from None
    copy.metadata = {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    return copy


@contextmanager
def _environment(changes: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(changes)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def faults_in(notebook: nbformat.NotebookNode) -> Iterator[str]:
    """What must not be in a notebook that is stored, one line for each."""
    for number, cell in enumerate(code_cells(notebook)):
        begin = f"cell {number} ({cell.source.strip().splitlines()[:1]})"
        tags = cell.metadata.get("tags", [])
        if cell.execution_count is None:
            yield f"{begin} has not run"
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in tags:
                yield f"{begin} raised {output.ename}: {output.evalue}"
            if output.get("name") == "stderr":
                yield f"{begin} wrote to stderr: {output.text.strip()}"


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def compared(notebook: nbformat.NotebookNode) -> list[tuple]:
    """What nbval compares: of each code cell its text outputs, and whether it has run."""
    return [
        (cell.execution_count is None, [_without_pictures(output) for output in cell.outputs])
        for cell in code_cells(notebook)
    ]


def _without_pictures(output: nbformat.NotebookNode) -> dict:
    data = {kind: text for kind, text in output.get("data", {}).items() if kind not in UNCOMPARED}
    rest = {name: output.get(name) for name in ("name", "text", "ename", "evalue")}
    return rest | {"data": data}
