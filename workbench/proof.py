"""Proves a check useful: some chaff dies of it, and neither the reference nor a wheat does.

For the authors of checks. Knows nothing of what is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.checks.graft import grafted_tree
from workbench.checks.results import CheckResult
from workbench.checks.runner import declared_checks, run_checks
from workbench.families import FAMILIES, ROOT, Family, family_of_lab, relative


class UnknownCheck(ValueError):
    """No check has this name: the text says which ones are like it."""


@dataclass
class Proof:
    """What one check said of every sample of its lab; a sample is named by its path."""

    check: CheckResult
    unfair: dict[str, str] = field(default_factory=dict)  # correct, and yet it failed: why
    fair: list[str] = field(default_factory=list)  # correct, and it passed
    caught: dict[str, str] = field(default_factory=dict)  # wrong, and it failed: what was seen
    missed: list[str] = field(default_factory=list)  # wrong, and it passed

    @property
    def useful(self) -> bool:
        return bool(self.caught and self.fair and not self.unfair)


def check_named(test_id: str) -> tuple[Family, CheckResult]:
    """The check by pytest's id (`tests/test_lab03_….py::test_NAME`) or by its name alone.

    Blocks while pytest collects. Raises UnknownCheck where there is none.
    """
    file, _, name = test_id.rpartition("::")
    name = name.removeprefix("test_")
    families = [f for f in FAMILIES if f.checks.exists() and file in ("", relative(f.checks))]
    checks = declared_checks(families) if families else []
    for check in checks:
        if check.id == name:
            return family_of_lab(check.lab), check
    like = ", ".join(check.id for check in checks if name and name in check.id)
    raise UnknownCheck(f"there is no check {test_id!r}" + (f"; there are {like}" if like else ""))


def samples(kind: str, family: Family) -> list[Path]:
    """The `wheats` or `chaffs` of a lab."""
    return sorted((ROOT / "tests" / kind / f"lab{family.number}").glob("*.py"))


def prove(
    family: Family,
    check: CheckResult,
    seeds: int = 1,
    jobs: int = 2,
    on_run: Callable[[], object] = bool,
) -> Proof:
    """Runs this check alone on the reference, each wheat (`seeds` times each) and each chaff.

    Blocks for as long as they take; `jobs` run at once. Calls `on_run` after each.
    """
    proof = Proof(check)
    right = [None, *samples("wheats", family)] * seeds
    wrong = samples("chaffs", family)
    for place, (scion, result) in enumerate(_results(family, check.id, [*right, *wrong], jobs)):
        name, is_right = relative(scion or family.reference), place < len(right)
        if result.passed:
            (proof.fair if is_right else proof.missed).append(name)
        elif is_right:
            proof.unfair[name] = result.actual
        elif result.passed is False:
            proof.caught[name] = result.actual
        on_run()
    return proof


def _results(
    family: Family, id: str, scions: list[Path | None], jobs: int
) -> Iterator[tuple[Path | None, CheckResult]]:
    """Each scion with the result of the check on it, in their order; None is the reference."""

    def run(scion: Path | None) -> tuple[Path | None, CheckResult]:
        with TemporaryDirectory() as folder:
            tree = grafted_tree(Path(folder), scion) if scion else ROOT / "lab_solutions"
            report = run_checks(family, only=id, tree=tree)
        return scion, next(check for check in report.checks if check.id == id)

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(run, scions)
