"""Reads the source of a submission without running it: does it parse, and what does it import?

Runs as a program of its own, too, since a hostile text can bring a parser down. What it finds is
a reminder for a reader, never a boundary and never a mark. It imports nothing of the workbook.
"""

from __future__ import annotations

import ast
import json
import resource
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

PACKAGES = {"http", "urllib"}  # `from http import server` names the module last
LIMIT_S = 10
MEMORY_LIMIT_BYTES = 1 << 30
OUTPUT_LIMIT = 100_000
#: Modules that do what the exercises are about. A lab's own tools are socket, select and threads.
READY_MADE = {
    *("asyncio", "asyncore", "socketserver", "http.client", "http.server"),
    *("urllib.request", "wsgiref", "xmlrpc"),
}


def inspect_files(folder: Path, names: list[str]) -> dict[str, list[str]]:
    """Reminders for each of these files in `folder`. Blocks for LIMIT_S at the most, for each.

    They are read by one process; if that does not end well, each by one of its own.
    """
    command = [sys.executable, "-I", "-S", __file__, *(str(folder / name) for name in names)]
    try:
        child = subprocess.run(
            command, capture_output=True, timeout=LIMIT_S, check=True, env={}, cwd="/"
        )
        return json.loads(child.stdout[:OUTPUT_LIMIT])
    except (subprocess.SubprocessError, ValueError):
        if len(names) == 1:
            return {names[0]: ["brings a parser down: nothing is known of it"]}
        return {name: inspect_files(folder, [name])[name] for name in names}


def reminders(source: bytes) -> list[str]:
    """What to say about one file. A text that does not parse is told by the check of its lab."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    modules = sorted(set(_imported(tree)))
    ready = [name for name in modules if _is_or_is_in(name, READY_MADE)]
    foreign = [name for name in modules if name.partition(".")[0] not in _KNOWN]
    return [
        *(f"imports {name}: the exercise is to do it on raw sockets" for name in ready),
        *(f"imports {name}: labs use the standard library only" for name in foreign),
    ]


_KNOWN = {*sys.stdlib_module_names, "labs"}


def _is_or_is_in(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def _imported(tree: ast.AST) -> Iterator[str]:
    """Names of modules in import statements, and constant ones in calls that import."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield module
                yield from (f"{module}.{alias.name}" for alias in names if module in PACKAGES)
            case ast.Call(
                func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield module


def main(files: list[Path]) -> None:
    """Prints the reminders for each file as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S))
    warnings.simplefilter("ignore")  # a SyntaxWarning is for the author of the text
    print(json.dumps({path.name: reminders(path.read_bytes())[:10] for path in files}))


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
