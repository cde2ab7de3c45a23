"""The beliefs that the workbook sets right, by id, and where in the notebooks each is shown.

Reads misconceptions.toml and the notebooks' tags. Knows no check and no lab.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from workbench.families import FAMILIES


class Misconception(NamedTuple):
    """One belief in words, what happens instead, and the family whose notebook shows it."""

    id: str
    family: str
    belief: str
    truth: str

    @property
    def shown_in(self) -> str:
        """Where the live experiment is: "notebook 01, “One port, several sockets”"."""
        notebook = next(f.notebook for f in FAMILIES if f.number == self.family)
        section = section_with_tag(notebook, self.id)
        return f"notebook {self.family}" + (f", “{section}”" if section else "")


@cache
def catalogue() -> dict[str, Misconception]:
    """Every misconception by id, in the order of the families."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {id: Misconception(id=id, **row) for id, row in table.items()}


def section_with_tag(notebook: Path, tag: str) -> str | None:
    """The heading above the first cell of `notebook` that carries `tag`; None without one."""
    heading = None
    cells = json.loads(notebook.read_text("utf-8"))["cells"] if notebook.exists() else []
    for cell in cells:
        headings = [line for line in "".join(cell["source"]).splitlines() if line.startswith("#")]
        if cell["cell_type"] == "markdown" and headings:
            heading = headings[-1].lstrip("# ")
        if tag in cell["metadata"].get("tags", []):
            return heading
    return None
