"""Runs the checks on every mutant of a lab, and sorts what no check noticed by what is explained.

Knows nothing of how mutants are made.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.checks.graft import reference_tree
from workbench.checks.runner import run_checks
from workbench.families import ROOT, Family
from workbench.mutants.variants import Mutant, mutants_of

EXPLAINED = ROOT / "tests" / "mutants.toml"
SEED = 1  # the same payloads each time, so that the list does not depend on luck


@dataclass
class Survey:
    """What became of the mutants of one lab, by their names."""

    killed: list[str] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)  # survived, and the file says why
    survivors: list[str] = field(default_factory=list)  # survived, and nobody has said why
    outdated: list[str] = field(default_factory=list)  # explained, but killed or not there

    @property
    def clean(self) -> bool:
        return not (self.survivors or self.outdated)


def explanations(family: Family, file: Path = EXPLAINED) -> dict[str, str]:
    """Why some mutants of a lab are no mistakes, by the name of the mutant."""
    return tomllib.loads(file.read_text("utf-8")).get(f"lab{family.number}", {})


def chosen(family: Family, only: str = "") -> list[Mutant]:
    """The mutants of the exercises whose names begin with `only`."""
    source = family.reference.read_text("utf-8")
    return [mutant for mutant in mutants_of(source) if mutant.exercise.startswith(only)]


def survey(
    family: Family,
    mutants: list[Mutant],
    explained: Iterable[str],
    jobs: int = 2,
    on_run: Callable[[], object] = bool,
) -> Survey:
    """Checks each mutant, `jobs` at once, until its first check fails; calls `on_run` after each.

    Blocks for as long as they take: one that survives takes as long as all checks of the lab.
    """
    found = Survey()
    for mutant, survived in _checked(family, mutants, jobs):
        if not survived:
            found.killed.append(mutant.name)
        elif mutant.name in explained:
            found.explained.append(mutant.name)
        else:
            found.survivors.append(mutant.name)
        on_run()
    exercises = {mutant.exercise for mutant in mutants}
    of_these = [name for name in explained if name.partition(":")[0] in exercises]
    found.outdated = [name for name in of_these if name not in found.explained]
    return found


def _checked(family: Family, mutants: list[Mutant], jobs: int) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant, and whether it has passed every check, in their order."""

    def survives(mutant: Mutant) -> bool:
        with TemporaryDirectory() as folder:
            tree = reference_tree(Path(folder))
            (tree / family.reference.name).write_text(mutant.source, "utf-8")
            return run_checks(family, tree=tree, seed=SEED, until_failure=True).all_passed

    with ThreadPoolExecutor(jobs) as pool:
        yield from zip(mutants, pool.map(survives, mutants), strict=True)
