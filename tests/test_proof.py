"""A check is proven useful by its samples: a chaff dies of it, and nothing that is right does."""

import os
import subprocess
import sys

import pytest

from workbench import proof
from workbench.families import ROOT

CHECK = "from_other_end_reverses_the_ends_only"
CHAFFS = ROOT / "tests" / "chaffs" / "lab01"
WHEATS = ROOT / "tests" / "wheats" / "lab01"


def proven(monkeypatch, **samples):
    """The proof of CHECK on these samples alone."""
    monkeypatch.setattr(proof, "samples", lambda kind, family: samples[kind])
    runs = []
    found = proof.prove(*proof.check_named(CHECK), on_run=lambda: runs.append(1))
    assert len(runs) == 1 + len(samples["wheats"]) + len(samples["chaffs"])
    return found


def test_a_check_is_useful_if_a_chaff_dies_of_it(monkeypatch):
    dies, lives = CHAFFS / "nothing_to_reverse.py", CHAFFS / "port_as_text.py"
    found = proven(monkeypatch, wheats=[WHEATS / "very_short.py"], chaffs=[dies, lives])
    assert [name.rpartition("/")[2] for name in found.caught] == [dies.name]
    assert [name.rpartition("/")[2] for name in found.missed] == [lives.name]
    assert len(found.fair) == 2
    assert not found.unfair
    assert found.useful


def test_it_is_not_if_no_chaff_dies_of_it(monkeypatch):
    assert not proven(monkeypatch, wheats=[], chaffs=[CHAFFS / "port_as_text.py"]).useful


def test_it_is_not_if_something_right_dies_of_it(monkeypatch):
    dies = CHAFFS / "nothing_to_reverse.py"
    found = proven(monkeypatch, wheats=[dies], chaffs=[dies])
    assert len(found.caught) == len(found.unfair) == 1
    assert not found.useful


@pytest.mark.parametrize(
    "test_id", [CHECK, f"tests/test_lab01_five_tuple.py::test_{CHECK}", f"test_{CHECK}"]
)
def test_a_check_is_found_by_its_name_and_by_pytests(test_id):
    family, check = proof.check_named(test_id)
    assert (family.number, check.id) == ("01", CHECK)


def test_an_unknown_check_is_answered_with_those_that_are_like_it():
    run = subprocess.run(
        [sys.executable, "-m", "workbench", "prove", "from_other_end"],
        cwd=ROOT,
        env=os.environ | {"LABS": "lab_solutions"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert CHECK in run.stderr
