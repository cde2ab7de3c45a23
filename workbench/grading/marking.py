"""Marks one submission: runs the checks of each lab in a sandbox, within a deadline.

Must not know how grades are shown, nor that there are other submissions.
"""

from __future__ import annotations

import copy
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from workbench.checks.results import CHECK_BROKE, CheckResult, Report
from workbench.checks.runner import run_checks
from workbench.families import FAMILIES, Family
from workbench.grading.choices import Choices
from workbench.grading.grade import Grade, LabMark
from workbench.grading.inspection import inspect_files
from workbench.grading.notebooks import notebook_runs
from workbench.grading.staging import taken_from, write_tree
from workbench.grading.submissions import Submission
from workbench.plain import one_line, plain_values
from workbench.sandbox import Tier

NOT_HANDED_IN = "it was not handed in"


class OutOfTime(Exception):
    """A lab has used up its time."""


def marked(
    submission: Submission, choices: Choices, declared: list[CheckResult], at_once: int = 1
) -> Grade:
    """The grade of one submission. Blocks for `lab_limit_s` and one check, at most, for each run.

    `declared` are the checks of all labs that are marked: they count where a lab is missing.
    With more than one lab `at_once` each runs in a process of its own, of this process's group.
    KeyboardInterrupt ends what it started.
    """
    taken = taken_from(submission.folder)
    grade = Grade(submission.name, choices.tier, choices.seed, again_seed=choices.again_seed)
    grade.not_taken = [(one_line(name), reason) for name, reason in taken.not_taken]
    grade.problems = [taken.problem] if taken.problem else []
    with tempfile.TemporaryDirectory(prefix="grade-") as folder:
        tree = Path(folder) / "labs"
        write_tree(tree, taken.files)
        found = inspect_files(tree, list(taken.files))
        labs = []
        for family in chosen_families(choices):
            checks = [check for check in declared if check.lab == family.number]
            labs.append(_Lab(family, taken.of(family), choices, checks, tree, found))
        for mark, checks in _each(labs, at_once):
            grade.labs.append(mark)
            grade.checks += checks
        if choices.notebooks:
            families = [lab.family for lab in labs if lab.files]
            grade.notebooks = notebook_runs(families, taken.files, Tier(choices.tier))
    if grade.was_marked or taken.problem:
        grade.key = choices.key(taken)
    return grade


def chosen_families(choices: Choices) -> list[Family]:
    return [family for family in FAMILIES if family.number in choices.labs]


def _each(labs: list[_Lab], at_once: int) -> list[tuple[LabMark, list[CheckResult]]]:
    if at_once == 1 or len(labs) < 2:
        return [lab.mark() for lab in labs]
    with ProcessPoolExecutor(at_once) as pool:
        return list(pool.map(_Lab.mark, labs))


class _Lab:
    """One lab of one submission: its files, the tree in which all its labs lie, its checks.

    `found` is what the source of each file is reminded of, by its name.
    """

    def __init__(
        self,
        family: Family,
        files: dict[str, bytes],
        choices: Choices,
        declared: list[CheckResult],
        tree: Path,
        found: dict[str, list[str]],
    ) -> None:
        self.family, self.files, self._choices, self._tree = family, files, choices, tree
        self._declared, self._found = declared, found

    def mark(self) -> tuple[LabMark, list[CheckResult]]:
        """Runs the checks, and returns the sum and the results."""
        begin = time.monotonic()
        mark = LabMark(self.family.number, handed_in=bool(self.files))
        checks = self._unrun(NOT_HANDED_IN)
        if self.files:
            mark.reminders = self._reminders()
            report = self._checked(self._choices.seed)
            checks = report.checks
            mark.broken, mark.fault = report.broken, self._fault(report)
            mark.luck = self._luck(checks) if self._choices.again_seed else []
        mark.score = sum(check.score for check in checks)
        mark.max_score = sum(check.points for check in checks)
        mark.seconds = round(time.monotonic() - begin, 2)
        return mark, checks

    def _checked(self, seed: int) -> Report:
        """The report of one run, with harmless texts. A run that is out of time is cut short."""
        done: dict[str, CheckResult] = {}
        end = time.monotonic() + self._choices.lab_limit_s

        def note(result: CheckResult) -> None:
            done[result.id] = result
            if time.monotonic() > end:
                raise OutOfTime

        try:
            report = run_checks(
                self.family,
                seed=seed,
                tree=self._tree,
                on_result=note,
                isolated=True,
                tier=Tier(self._choices.tier),
            )
        except OutOfTime:
            report = Report(self.family.number, "", seed)
        late = f"the lab had used up its {self._choices.lab_limit_s:g} s"
        unrun = self._unrun("the checks could not run" if report.fault else late)
        checks = report.checks or [done.get(check.id, check) for check in unrun]
        report.checks = [CheckResult(**self._harmless(vars(check))) for check in checks]
        report.broken, report.fault = self._harmless([report.broken, report.fault])
        return report

    def _unrun(self, why: str) -> list[CheckResult]:
        """All checks of this lab, none of them run."""
        checks = copy.deepcopy(self._declared)
        for check in checks:
            check.settle(None, actual=why)
        return checks

    def _luck(self, checks: list[CheckResult]) -> list[str]:
        """The checks that come out otherwise at the second seed."""
        again = {check.id: check.passed for check in self._checked(self._choices.again_seed).checks}
        return [check.id for check in checks if again.get(check.id) is not check.passed]

    def _fault(self, report: Report) -> str:
        broke = [check.id for check in report.checks if check.actual.startswith(CHECK_BROKE)]
        return report.fault or (f"these checks broke: {', '.join(broke)}" if broke else "")

    def _reminders(self) -> list[str]:
        """What its source imports that it should not; the given files beside it are not asked."""
        return [one_line(f"{name} {what}") for name in self.files for what in self._found[name]]

    def _harmless(self, value: Any) -> Any:
        """`value` with every text made plain, and this machine's paths taken out."""
        return plain_values(value, hide=str(self._tree))
