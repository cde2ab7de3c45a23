"""Whole labs from a few lines: definitions grafted onto the reference.

A wheat or a chaff holds only what it does differently, so that its reader sees just that.
"""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

from workbench.families import ROOT, family_of_lab


def graft(reference: str, scion: str) -> str:
    """`reference` with every definition of `scion` in the place of the one with the same name.

    Methods are replaced one by one; other methods of the class stay. What the reference does
    not have (imports, constants, helpers) is added. Comments of the reference are lost.
    """
    tree = ast.parse(reference)
    tree.body = _merged(tree.body, ast.parse(scion).body)
    return ast.unparse(tree) + "\n"


def _merged(old: list[ast.stmt], new: list[ast.stmt]) -> list[ast.stmt]:
    """The definitions of both, `new` ones replacing; imports and constants come where they work."""
    places = {node.name: place for place, node in enumerate(old) if _is_definition(node)}
    merged = list(old)
    added: list[ast.stmt] = []
    for node in new:
        if not _is_definition(node) or node.name not in places:
            added.append(node)
        elif isinstance(node, ast.ClassDef):
            kept = old[places[node.name]]
            merged[places[node.name]] = ast.ClassDef(
                kept.name, kept.bases, kept.keywords, _merged(kept.body, node.body), []
            )
        else:
            merged[places[node.name]] = node
    start = min(places.values(), default=len(merged))
    return merged[:start] + added + merged[start:]


def _is_definition(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


def reference_tree(folder: Path) -> Path:
    """All labs of the reference, copied into `folder`."""
    for path in sorted((ROOT / "lab_solutions").glob("lab[0-9][0-9]_*.py")):
        shutil.copy(path, folder)
    return folder


def grafted_tree(folder: Path, scion: Path) -> Path:
    """A tree of labs in `folder`: the reference, with the scion `lab01/NAME.py` on its lab 01."""
    target = reference_tree(folder) / family_of_lab(scion.parent.name).reference.name
    target.write_text(graft(target.read_text("utf-8"), scion.read_text("utf-8")), "utf-8")
    return folder
