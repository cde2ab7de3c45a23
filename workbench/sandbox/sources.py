"""Imports the labs in the sandbox from texts that were sent.

Knows nothing of what is asked of them.
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from types import ModuleType, TracebackType

FRAMES = 3


class Sources:
    """Imports the labs from texts that were sent: there is no file, so no other one is found."""

    def __init__(self, texts: dict[str, bytes], compiled: dict[str, bytes]) -> None:
        self._texts, self._compiled = texts | {"": b""}, compiled

    def add(self, texts: dict[str, bytes], compiled: dict[str, bytes]) -> None:
        """Take more of them, or others in their place: no lab stays loaded that used the old one.

        Which ones did is not asked: all labs are forgotten, and are imported again when needed.
        """
        if any(f"labs.{name}" in sys.modules for name in texts):
            for name in [name for name in sys.modules if name.partition(".")[0] == "labs"]:
                del sys.modules[name]
        kept = {name: code for name, code in self._compiled.items() if name not in texts}
        self._texts, self._compiled = self._texts | texts, kept | compiled

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        package, _, module = name.partition(".")
        if package != "labs" or module not in self._texts:
            return None
        spec = ModuleSpec(name, self, origin=f"labs/{module}.py", is_package=not module)
        spec.has_location = True
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(marshal.loads(self.code(module.__name__.partition(".")[2])), vars(module))

    def code(self, name: str) -> bytes:
        """The code of a lab, as `marshal` writes it: as it was sent, or compiled here.

        Raises what `compile` raises for a text that is no Python.
        """
        if name not in self._compiled:
            code = compile(self._texts[name], f"labs/{name}.py", "exec", dont_inherit=True)
            self._compiled[name] = marshal.dumps(code)
        return self._compiled[name]

    def get_source(self, name: str) -> str:
        """For the lines in a traceback."""
        return self._texts[name.partition(".")[2]].decode("utf-8", "replace")

    def line(self, origin: str, number: int) -> str:
        """A line of a lab, for whoever is shown where it has raised."""
        name = origin.removeprefix("labs/").removesuffix(".py")
        lines = self._texts.get(name, b"").decode("utf-8", "replace").splitlines()
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def frames(self, traceback: TracebackType | None) -> list[str]:
        """The innermost places in the labs that an exception has passed, with their lines."""
        return list(self._frames(traceback))[-FRAMES:]

    def _frames(self, traceback: TracebackType | None) -> Iterator[str]:
        while traceback:
            code, number = traceback.tb_frame.f_code, traceback.tb_lineno
            if code.co_filename.startswith("labs/"):
                line = self.line(code.co_filename, number)
                yield f"{code.co_filename}:{number} in {code.co_name}: {line}"
            traceback = traceback.tb_next
