"""Marks do not depend on luck: the same class, marked again and again while every core is busy.

A class of four for the labs that are marked: the reference, two mistakes in each lab, and nothing
written yet. Each run has a seed of its own. `RUNS=20 LABS_MARKED=all` is the long form: some twenty
minutes on two cores. Without it two labs are marked twice.
"""

import os

import pytest

from workbench.checks.flakes import busy_machine
from workbench.checks.graft import graft
from workbench.families import FAMILIES, ROOT
from workbench.grading.batch import Batch
from workbench.grading.choices import Choices
from workbench.grading.command import A_CORE
from workbench.grading.submissions import find_submissions
from workbench.sandbox import best_tier
from workbench.skeletons import skeleton_of

RUNS = int(os.environ.get("RUNS", "2"))
BUILT = [family for family in FAMILIES if family.checks.exists()]
CHOSEN = BUILT if os.environ.get("LABS_MARKED") == "all" else [BUILT[0], BUILT[3]]
CORES = os.cpu_count() or 1


@pytest.fixture(scope="module")
def class_of_four(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    for family in CHOSEN:
        reference = family.reference.read_text("utf-8")
        chaffs = sorted((ROOT / "tests" / "chaffs" / f"lab{family.number}").glob("*.py"))
        wrong = [graft(reference, chaffs[n].read_text("utf-8")) for n in (0, len(chaffs) // 2)]
        texts = {"good": reference, "empty": skeleton_of(reference)}
        for name, text in (texts | {"wrong": wrong[0], "wrong_too": wrong[1]}).items():
            labs = folder / name / "labs"
            labs.mkdir(parents=True, exist_ok=True)
            (labs / family.reference.name).write_text(text, "utf-8")
    return folder


def marks(folder, out, seed):
    """What came of each check of each submission, and why it was not run."""
    labs = tuple(family.number for family in CHOSEN)
    batch = Batch(find_submissions([folder]), Choices(labs, seed=seed, tier=best_tier()), out)
    batch.run(A_CORE * CORES)
    return {
        (grade.submission, check.lab, check.id): (check.passed, check.score, check.unwritten)
        for grade in batch.grades()
        for check in grade.checks
    }


def test_marks_are_the_same_in_each_run_while_every_core_is_busy(class_of_four, tmp_path):
    with busy_machine(CORES):
        runs = [marks(class_of_four, tmp_path / str(n), n + 1) for n in range(RUNS)]
    first = runs[0]
    differ = {key: [run[key] for run in runs] for key in first if len({r[key] for r in runs}) > 1}
    assert differ == {}
    assert all(run.keys() == first.keys() for run in runs)
    passed = {name: {p for (who, *_), (p, *_) in first.items() if who == name}
              for name in ("good", "empty", "wrong")}  # fmt: skip
    assert passed["good"] == {True}
    assert True not in passed["empty"]
    assert passed["wrong"] >= {True, False}
