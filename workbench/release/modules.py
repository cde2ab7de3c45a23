"""Which modules of the workbook a student needs: those that are used, and those that they use.

Reads source text only. Knows no list of modules: one that a notebook begins to use comes along.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from workbench.families import ROOT

#: Here the search ends: these need the reference, and no student's command needs them.
AUTHORS_ONLY = {"workbench.authors"}
_NAME = re.compile(r"workbench(\.\w+)+")


def needed_files(sources: Iterable[str]) -> list[Path]:
    """The files of the workbench that these programs need, data included."""
    found: dict[str, Path] = {}
    waiting = {"workbench", "workbench.__main__"}.union(*map(modules_named_in, sources))
    while waiting:
        name = waiting.pop()
        path = _file_of(name)
        if path is None or name in found or name in AUTHORS_ONLY:
            continue
        found[name] = path
        waiting |= modules_named_in(path.read_text("utf-8")) | {name.rpartition(".")[0]}
    return sorted({*found.values(), *_data_of(found.values())})


def modules_named_in(source: str) -> set[str]:
    """Every dotted name of the workbench that `source` imports, or has in a string.

    A string may name a module for `python -m` or `import_module`. Where the last part is no
    module but a name in one, the module is in the answer, too.
    """
    names = {name for node in ast.walk(ast.parse(source)) for name in _names_in(node)}
    return names | {name.rpartition(".")[0] for name in names if "." in name}


def _names_in(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=aliases):
            yield from (alias.name for alias in aliases if alias.name.startswith("workbench"))
        case ast.ImportFrom(module=str(module), names=aliases) if module.startswith("workbench"):
            yield from (f"{module}.{alias.name}" for alias in aliases)
        case ast.Constant(value=str(text)):
            yield from (match.group() for match in _NAME.finditer(text))


def _file_of(module: str) -> Path | None:
    place = ROOT.joinpath(*module.split("."))
    candidates = (place.with_suffix(".py"), place / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


def _data_of(modules: Iterable[Path]) -> Iterator[Path]:
    """Data that lie beside a module and have its name, or whose name stands in its text."""
    for module in modules:
        text = module.read_text("utf-8")
        for path in module.parent.iterdir():
            is_data = path.is_file() and path.suffix not in (".py", ".pyc", ".mk")
            if is_data and (path.stem == module.stem or path.name in text):
                yield path
