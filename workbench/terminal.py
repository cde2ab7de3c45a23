"""How a command speaks in a terminal: results on stdout, what is wrong with a call on stderr."""

from __future__ import annotations

import typer
from rich.console import Console

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def refuse(why: object) -> typer.Exit:
    """Says on stderr what is wrong with the call; the exit status is 2."""
    errors.print(str(why), style="red", markup=False)
    return typer.Exit(2)
