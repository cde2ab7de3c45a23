"""Makes labs/ from lab_solutions/: the same modules, with the body of every exercise taken out.

Works on source text alone: it never imports a lab.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from workbench.families import ROOT, relative

MARK = "# exercise"


class LabHoldsWork(Exception):
    """A file under labs/ has exercises that somebody wrote: it is not overwritten."""


def skeleton_of(source: str, only: str | None = None) -> str:
    """The lab as a student gets it: signatures, type hints and docstrings of exercises stay.

    With `only`, takes out the body of that one exercise. A skeleton's skeleton is the skeleton
    itself. Raises SyntaxError if `source` is no Python.
    """
    lines = source.splitlines(keepends=True)
    for name, node in reversed(list(exercises_in(source))):
        if only not in (None, name):
            continue
        first, last = _body_lines(node, lines)
        indent = " " * node.body[0].col_offset
        lines[first - 1 : last] = [f'{indent}raise NotImplementedError("{name}")\n']
    return "".join(lines)


def exercises_in(source: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Each exercise's qualified name (`recv_exactly`, `ReceiveBuffer.feed`) and its definition."""
    lines = source.splitlines()

    def walk(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from walk(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef) and _is_marked(node, lines):
                yield prefix + node.name, node

    yield from walk(ast.parse(source).body, "")


def _is_marked(node: ast.FunctionDef, lines: list[str]) -> bool:
    signature = lines[node.lineno - 1 : max(node.lineno, node.body[0].lineno - 1)]
    return any(line.rstrip().endswith(MARK) for line in signature)


def _body_lines(node: ast.FunctionDef, lines: list[str]) -> tuple[int, int]:
    """First and last line of what is taken out: all behind the docstring, comments included."""
    if ast.get_docstring(node) is None:
        raise ValueError(f"{node.name}: an exercise needs a docstring, it is the exercise's text")
    last = node.end_lineno
    inside = " " * (node.col_offset + 1)
    for number, line in enumerate(lines[last:], last + 1):
        if line.startswith(inside) and line.lstrip().startswith("#"):
            last = number  # the parser ends a body at its last statement
        elif line.strip():
            break
    return node.body[0].end_lineno + 1, last


def expected_labs() -> dict[str, str]:
    """File name → text of everything that labs/ must hold besides its own `__init__.py`."""
    references = sorted((ROOT / "lab_solutions").glob("lab[0-9][0-9]_*.py"))
    return {path.name: skeleton_of(path.read_text("utf-8")) for path in references}


def differences(labs: Path = ROOT / "labs") -> list[str]:
    """How labs/ differs from what lab_solutions/ gives, one line for each file; empty if not."""
    expected = expected_labs()
    found = {path.name: path for path in sorted(labs.glob("lab[0-9][0-9]_*"))}
    lines = [f"{name} is missing" for name in expected.keys() - found.keys()]
    lines += [f"{name} has no reference" for name in found.keys() - expected.keys()]
    lines += [
        f"{name} is not what lab_solutions/{name} gives"
        for name in expected.keys() & found.keys()
        if found[name].read_text("utf-8") != expected[name]
    ]
    return sorted(lines)


def write_labs(labs: Path = ROOT / "labs", force: bool = False) -> list[Path]:
    """Writes the skeletons that differ, and returns their paths. Blocks on the disk only.

    Raises LabHoldsWork, before anything is written, if that would lose written exercises.
    """
    changed = {
        labs / name: text
        for name, text in expected_labs().items()
        if not (labs / name).exists() or (labs / name).read_text("utf-8") != text
    }
    busy = [path for path in changed if path.exists() and holds_work(path.read_text("utf-8"))]
    if busy and not force:
        names = ", ".join(relative(path) for path in busy)
        raise LabHoldsWork(f"{names}: exercises are written there; --force overwrites them")
    labs.mkdir(parents=True, exist_ok=True)
    for path, text in changed.items():
        path.write_text(text, "utf-8")
    return list(changed)


def holds_work(source: str) -> bool:
    """Has somebody written an exercise here? A text that can't be parsed counts as work."""
    try:
        return skeleton_of(source) != source
    except (SyntaxError, ValueError):
        return True
