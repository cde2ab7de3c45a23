"""Makes the book: stages the notebooks, the skeletons and a few pages, and calls Jupyter Book.

Runs no notebook, and imports no lab.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from workbench.families import FAMILIES, ROOT, Family
from workbench.misconceptions import Misconception, catalogue, section_with_tag
from workbench.notebooks import code_cells
from workbench.skeletons import skeleton_of

HERE = Path(__file__).parent
JUPYTER_BOOK = ROOT / ".venv" / "book" / "bin" / "jupyter-book"
PREDICTION = re.compile(r"^prediction\w* = \.\.\.", re.MULTILINE)
#: What only a live notebook can show: a browser would ask the network for its program.
WIDGET = "application/vnd.jupyter.widget-view+json"
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"), undefined=StrictUndefined, autoescape=False
)


class BookFailed(Exception):
    """Jupyter Book is missing, or it complained: the text says what about."""


class ShownBelief(NamedTuple):
    """A belief, and the section that shows it, as the page of beliefs needs them."""

    belief: str
    truth: str
    section: str
    anchor: str


def build_book(target: Path, source: Path) -> Path:
    """Writes the book to `target` and returns its first page. Blocks for a minute or less.

    `source` is where the pages are staged; both folders are made anew. Raises BookFailed on any
    warning of Jupyter Book: a link that leads nowhere is one. A belief must have its experiment.
    """
    if not JUPYTER_BOOK.exists():
        raise BookFailed("Jupyter Book is not installed: make book installs it")
    shutil.rmtree(source, ignore_errors=True)
    stage(source)
    command = [JUPYTER_BOOK, "build", source, "--warningiserror", "--keep-going", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BookFailed(done.stdout + done.stderr)
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(source / "_build" / "html", target)
    return target / "index.html"


def stage(source: Path) -> None:
    """Writes all that Jupyter Book reads: configuration, contents, pages, notebooks, skeletons."""
    families = [family for family in FAMILIES if family.notebook.exists()]
    (source / "notebooks").mkdir(parents=True)
    (source / "_static").mkdir()
    shutil.copy(HERE / "_config.yml", source)
    shutil.copy(HERE / "book.css", source / "_static")
    shutil.copy(ROOT / "notebooks" / "proxy_map.png", source / "notebooks")
    for family in families:
        notebook = nbformat.read(family.notebook, as_version=4)
        nbformat.write(as_pages(notebook), source / "notebooks" / family.notebook.name)
        if family.reference.exists():
            stage_lab(family, source)
    (source / "index.md").write_text(page("index", families=families), "utf-8")
    (source / "beliefs.md").write_text(
        page("beliefs", beliefs_by_family=beliefs_by_family(families)), "utf-8"
    )
    (source / "_toc.yml").write_text(yaml.safe_dump(contents(families)), "utf-8")


def stage_lab(family: Family, source: Path) -> None:
    """The lab as a page: its skeleton, which is its exercise text."""
    folder = source / "labs"
    folder.mkdir(exist_ok=True)
    skeleton = skeleton_of(family.reference.read_text("utf-8"))
    (folder / family.reference.name).write_text(skeleton, "utf-8")
    text = page("lab", family=family, file=family.reference.name)
    (folder / f"{family.reference.stem}.md").write_text(text, "utf-8")


def contents(families: list[Family]) -> dict[str, Any]:
    """The table of contents, as Jupyter Book wants it: a lab stands under its notebook."""
    chapters = []
    for family in families:
        chapter: dict[str, Any] = {"file": f"notebooks/{family.stem}"}
        if family.reference.exists():
            chapter["sections"] = [{"file": f"labs/{family.reference.stem}"}]
        chapters.append(chapter)
    beliefs = {"caption": "To look things up", "chapters": [{"file": "beliefs"}]}
    parts = [{"caption": "The notebooks", "chapters": chapters}, beliefs]
    return {"format": "jb-book", "root": "index", "parts": parts}


def page(name: str, **values: object) -> str:
    """The text of a page that is made from a template."""
    return TEMPLATES.get_template(f"{name}.md.j2").render(values)


def as_pages(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook as a reader wants it: nothing of a run, and no answer before the question.

    What follows a prediction is folded up; comparisons, which have nothing to compare, are left
    out; so are widgets, whose still picture stands beside them. The list of checks is folded up.
    """
    folded = False
    kept = []
    lessons = sum(line.startswith("# ") for cell in notebook.cells for line in headings(cell))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if "compare(prediction" in cell.source:
                folded, cell.outputs = False, []
                if "import" not in cell.source:
                    continue
            tags = cell.metadata.setdefault("tags", [])
            if cell.outputs and (folded or "checkpoint" in tags):
                tags.append("hide-output")
            folded = folded or bool(PREDICTION.search(cell.source))
        elif lessons > 1 and kept:
            cell.source = one_level_down(cell.source)
        kept.append(cell)
    notebook.cells = kept
    for cell in code_cells(notebook):
        cell.outputs = [o for o in cell.outputs if WIDGET not in o.get("data", {})]
        said = "".join(o.text for o in cell.outputs if o.output_type == "stream")
        cell.metadata["mystnb"] = {"image": {"alt": " ".join(said.split())}}
    return notebook


def headings(cell: nbformat.NotebookNode) -> list[str]:
    """The lines of a markdown cell that are headings: not the comments in its code."""
    outside = cell.source.split("```")[::2] if cell.cell_type == "markdown" else []
    return [line for text in outside for line in text.splitlines() if line.startswith("#")]


def one_level_down(text: str) -> str:
    """Markdown whose headings are one level lower: a page of a book has a single title."""
    parts = text.split("```")
    parts[::2] = [re.sub(r"^#", "##", part, flags=re.MULTILINE) for part in parts[::2]]
    return "```".join(parts)


def beliefs_by_family(families: list[Family]) -> list[tuple[Family, list[ShownBelief]]]:
    """The families that have beliefs, each with those that its notebook shows."""
    table = [(family, beliefs_of(family)) for family in families]
    return [(family, beliefs) for family, beliefs in table if beliefs]


def beliefs_of(family: Family) -> list[ShownBelief]:
    mine = [belief for belief in catalogue().values() if belief.family == family.number]
    return [shown(belief, family) for belief in mine]


def shown(belief: Misconception, family: Family) -> ShownBelief:
    section = section_with_tag(family.notebook, belief.id)
    if section is None:
        raise BookFailed(f"{family.notebook.name}: no cell has the tag {belief.id!r}")
    return ShownBelief(belief.belief, belief.truth, section, anchor_of(section))


def anchor_of(heading: str) -> str:
    """The name that the book gives to a heading: GitHub's way, which MyST follows."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
