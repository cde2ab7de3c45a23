"""Do marks depend on luck? The same lab, checked again and again beside programs that keep busy.

For the authors. Knows nothing of what is checked.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.checks.runner import run_checks
from workbench.families import Family

BUSY = "while True: pass"


@contextmanager
def busy_machine(count: int) -> Iterator[None]:
    """Keeps `count` processor cores busy while the block runs."""
    programs = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for program in programs:
            program.kill()
            program.wait()


def marks(
    family: Family, tree: Path, runs: int, on_run: Callable[[], object] = bool
) -> Counter[tuple[str, ...]]:
    """How often each outcome came in `runs` runs: the ids of the checks that did not pass.

    Each run draws a seed of its own. Blocks for as long as they take; calls `on_run` after each.
    """
    outcomes: Counter[tuple[str, ...]] = Counter()
    for _ in range(runs):
        report = run_checks(family, tree=tree)
        failed = tuple(check.id for check in report.checks if not check.passed)
        outcomes[failed if report.checks else (report.fault,)] += 1
        on_run()
    return outcomes
