"""Checks are checked: correct labs get full marks, wrong ones are caught and their belief named.

Each wheat and chaff is a few lines, grafted onto the reference, and is run as a student's lab is.
SEEDS=20 runs each wheat with so many seeds. That chaffs of one kind differ is held for lab 01, and
for all labs with TWINS_OF=all, which takes some minutes.
"""

import os
import runpy
from collections import defaultdict
from pathlib import Path

import pytest

from workbench.checks.graft import grafted_tree, reference_tree
from workbench.checks.runner import run_checks
from workbench.families import FAMILIES, family_of_lab
from workbench.misconceptions import catalogue
from workbench.skeletons import exercises_in, skeleton_of

HERE = Path(__file__).parent
BUILT = [family for family in FAMILIES if family.checks.exists()]
WHEATS = sorted(HERE.glob("wheats/lab*/*.py"))
CHAFFS = sorted(HERE.glob("chaffs/lab*/*.py"))
STUBS = [
    (family, name)
    for family in BUILT
    for name, _ in exercises_in(family.reference.read_text("utf-8"))
]


SEEDS = int(os.environ.get("SEEDS", "1"))
TWINS_OF = os.environ.get("TWINS_OF", "01")
LABS = [f"lab{family.number}" for family in BUILT if TWINS_OF in ("all", family.number)]


def named(path):
    return f"{path.parent.name}-{path.stem}"


def stated(chaff):
    """FAILS and BELIEVES of a chaff: it can be run alone for these, since it only defines."""
    return runpy.run_path(str(chaff))


def alike(lab):
    """Chaffs of one lab that share their first failure and their belief, in groups."""
    groups = defaultdict(list)
    for chaff in CHAFFS:
        if chaff.parent.name == lab:
            groups[stated(chaff)["FAILS"], stated(chaff)["BELIEVES"]].append(chaff)
    return {key: group for key, group in groups.items() if len(group) > 1}


def all_failures(chaff, folder):
    """Every check that it fails. One that waits for another check is not among them."""
    folder.mkdir()
    report = run_checks(family_of_lab(chaff.parent.name), tree=grafted_tree(folder, chaff))
    return frozenset(check.id for check in report.checks if check.passed is False)


@pytest.mark.parametrize("_", range(SEEDS), ids=lambda number: f"draw{number}")
@pytest.mark.parametrize("wheat", WHEATS, ids=named)
def test_a_wheat_gets_full_marks(wheat, _, tmp_path):
    report = run_checks(family_of_lab(wheat.parent.name), tree=grafted_tree(tmp_path, wheat))
    assert [(check.id, check.actual) for check in report.checks if not check.passed] == []
    assert report.score == report.max_score > 0


@pytest.mark.parametrize("chaff", CHAFFS, ids=named)
def test_a_chaff_is_caught_and_its_belief_is_named(chaff, tmp_path):
    tree = grafted_tree(tmp_path, chaff)
    report = run_checks(family_of_lab(chaff.parent.name), tree=tree, until_failure=True)
    failed = [check for check in report.checks if check.passed is False]
    assert failed, "no check noticed"
    assert failed[0].id == stated(chaff)["FAILS"]
    assert failed[0].misconception == stated(chaff)["BELIEVES"]
    assert not failed[0].slip, f"the belief is not told of {failed[0].actual}"
    assert report.score < report.max_score


@pytest.mark.parametrize("lab", LABS)
def test_a_chaff_differs_from_all_others(lab, tmp_path):
    """In its belief or in the checks that it fails: those that differ in the first one do."""
    same = []
    for (first, belief), group in alike(lab).items():
        by_failures = defaultdict(list)
        for chaff in group:
            by_failures[all_failures(chaff, tmp_path / chaff.stem)].append(chaff.stem)
        same += [(first, belief, twins) for twins in by_failures.values() if len(twins) > 1]
    assert same == []


@pytest.mark.parametrize("family", BUILT, ids=lambda family: family.stem)
def test_a_skeleton_scores_nothing(family, tmp_path):
    lab = reference_tree(tmp_path) / family.reference.name
    lab.write_text(skeleton_of(lab.read_text("utf-8")), "utf-8")
    report = run_checks(family, tree=tmp_path)
    assert not report.broken
    assert report.checks
    assert report.score == 0
    assert {check.passed for check in report.checks} <= {False, None}


@pytest.mark.parametrize(("family", "exercise"), STUBS, ids=lambda v: getattr(v, "number", v))
def test_stubbing_one_exercise_turns_a_check_red(family, exercise, tmp_path):
    lab = reference_tree(tmp_path) / family.reference.name
    lab.write_text(skeleton_of(lab.read_text("utf-8"), only=exercise), "utf-8")
    report = run_checks(family, tree=tmp_path)
    assert exercise in {check.unwritten for check in report.checks if check.passed is False}


def test_chaffs_and_wheats_are_enough():
    for family in BUILT:
        lab = f"lab{family.number}"
        assert sum(path.parent.name == lab for path in WHEATS) >= 3, f"{lab}: too few wheats"
        chaffs = [path for path in CHAFFS if path.parent.name == lab]
        believed = {stated(chaff)["BELIEVES"] for chaff in chaffs}
        of_family = {m.id for m in catalogue().values() if m.family == family.number}
        assert of_family <= believed, f"{lab}: no chaff for {of_family - believed}"
