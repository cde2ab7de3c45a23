"""The workbook's own programs: what a student is told if one of them can't take part.

Works on source text and on what a program has said. It never imports a lab.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from workbench.families import lab_tree, relative

LAST_LINE_LIMIT = 300  # characters of one message: a table has to hold it
_PLACE = re.compile(r'File "[^"]*/(lab\d\d\w*\.py)", line (\d+)')


def shortened(error: Exception) -> str:
    """The last line of what an error says, at most 300 characters: a traceback ends in it."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[-1][:LAST_LINE_LIMIT]


def why_not(lab: str, error: Exception) -> str:
    """Why the program of a lab, such as "09", can't be measured: where it failed, what to do.

    It names the line of a lab in which a traceback ends, and every lab up to this one in which an
    exercise is not written yet.
    """
    places = _PLACE.findall(str(error))
    where = f" ({relative(lab_tree())}/{places[-1][0]}, line {places[-1][1]})" if places else ""
    missing = unwritten_labs(lab_tree(), lab)
    if not missing:
        return f"{shortened(error)}{where}: make check LAB={lab} says more"
    names = f"lab {missing[0]}" if len(missing) == 1 else f"labs {', '.join(missing)}"
    return (
        f"{names} not written yet: begin with make check LAB={missing[0]}. "
        f"It ended with {shortened(error)}{where}"
    )


def unwritten_labs(tree: Path, last: str) -> list[str]:
    """The numbers of the labs up to `last` that have an exercise which is still a skeleton."""
    found = {
        path.name[3:5]
        for path in tree.glob("lab[0-9][0-9]_*.py")
        if path.name[3:5] <= last and any(unwritten_in(path.read_text("utf-8", "replace")))
    }
    return sorted(found)


def unwritten_in(source: str) -> Iterator[str]:
    """Each function that does nothing but raise NotImplementedError. None in a broken text."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # ValueError: a zero byte
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and _only_raises(node.body[-1]):
            yield node.name


def _only_raises(last: ast.stmt) -> bool:
    match last:
        case ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
        case ast.Raise(exc=ast.Name(id="NotImplementedError")):
            return True
    return False
