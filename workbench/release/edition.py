"""What students get, as paths and bytes: made from the project, and nothing of the reference in it.

Reads the project, writes nothing. What becomes of the files is `update`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from workbench.families import FAMILIES, ROOT, Family
from workbench.notebooks import code_cells, read
from workbench.release.modules import needed_files
from workbench.skeletons import skeleton_of

#: Path in the student's copy → content.
Files = dict[str, bytes]

VERBATIM = ("Makefile", "requirements.txt", "pyproject.toml", ".gitignore", "labs/__init__.py",
            "tests/conftest.py", "notebooks/proxy_map.png", ".devcontainer/devcontainer.json",
            ".devcontainer/set_up", ".binder/apt.txt", ".binder/requirements.txt",
            ".binder/runtime.txt")  # fmt: skip
RECORDED = "tests/recorded"  # outside notebooks/, so that nobody opens one by mistake
TEMPLATES = Path(__file__).parent / "templates"
#: Template → path in the student's copy.
FROM_TEMPLATES = {
    "README.md": "README.md",
    "github.yml": ".github/workflows/mark.yml",
    "gitlab.yml": ".gitlab-ci.yml",
}


def released_families(until: str = "") -> list[Family]:
    """The families up to the one with the number `until`, or to the first that is not written."""
    last = until or FAMILIES[-1].number
    written = takewhile(lambda family: family.notebook.exists(), FAMILIES)
    return [family for family in written if family.number <= last]


def student_files(families: Sequence[Family]) -> Files:
    """Every file of the students' edition with these families."""
    files: Files = {path: (ROOT / path).read_bytes() for path in VERBATIM}
    for family in families:
        files |= dict(_of_family(family))
    for path in needed_files(_sources(files)):
        files[path.relative_to(ROOT).as_posix()] = path.read_bytes()
    return files | dict(_from_templates(families))


def _of_family(family: Family) -> Iterator[tuple[str, bytes]]:
    """A family's notebook without outputs, the recorded one, its captures, skeletons and checks."""
    notebook = read(family.notebook)
    yield f"{RECORDED}/{family.notebook.name}", family.notebook.read_bytes()
    yield f"notebooks/{family.notebook.name}", nbformat.writes(cleared(notebook)).encode()
    for capture in sorted(ROOT.glob(f"notebooks/captures/{family.number}_*")):
        for folder in ("notebooks", RECORDED):  # a notebook reads it from where it lies itself
            yield f"{folder}/captures/{capture.name}", capture.read_bytes()
    for reference in sorted(ROOT.glob(f"lab_solutions/lab{family.number}_*.py")):
        yield f"labs/{reference.name}", skeleton_of(reference.read_text("utf-8")).encode()
    for checks in sorted(ROOT.glob(f"tests/test_lab{family.number}_*.py")):
        yield f"tests/{checks.name}", checks.read_bytes()


def cleared(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy without outputs: the answers to the predictions stand in them."""
    copy = nbformat.from_dict(notebook)
    for cell in code_cells(copy):
        cell.outputs, cell.execution_count = [], None
    return copy


def _sources(files: Files) -> Iterator[str]:
    """Everything in these files that runs: Python, cells, and the settings that name a plugin."""
    for path, content in files.items():
        if path.endswith(".py"):
            yield content.decode()
        elif path.endswith(".ipynb"):
            yield from (c.source for c in code_cells(nbformat.reads(content.decode(), 4)))
        elif path.endswith(".toml"):
            yield repr(content.decode())


def _from_templates(families: Sequence[Family]) -> Iterator[tuple[str, bytes]]:
    for template, path in FROM_TEMPLATES.items():
        yield path, rendered(template, families=families).encode()


def rendered(template: str, **values: object) -> str:
    """A template of this package, filled in. `[[ name ]]` stands for a value: `{{` is CI's own."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,  # no HTML is made here
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
    )
    return environment.get_template(f"{template}.j2").render(values)
