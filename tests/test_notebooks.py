"""The notebooks: strict on the reference, and on empty labs only checkpoints complain.

nbval itself runs beside these tests on the reference (see the Makefile's `test`); here it is run
once more, on skeletons.
"""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import nbformat
import pytest

from workbench.families import FAMILIES, ROOT
from workbench.notebooks import all_notebooks, code_cells, faults_in
from workbench.packets import obstacle
from workbench.skeletons import skeleton_of

NOTEBOOKS = all_notebooks()
LONGEST_CELL = 12
IGNORED_BY_RIGHT = ("compare(", "doctor.show(")


def read(path):
    return nbformat.read(path, as_version=4)


def tags(cell):
    return cell.metadata.get("tags", [])


@pytest.fixture(scope="session")
def skeletons(tmp_path_factory):
    folder = tmp_path_factory.mktemp("skeletons")
    for reference in sorted((ROOT / "lab_solutions").glob("lab*.py")):
        (folder / reference.name).write_text(skeleton_of(reference.read_text("utf-8")), "utf-8")
    return folder


def nbval(path, results, labs, before=()):
    """Runs a notebook under strict nbval: its cases, in the order of the code cells."""
    subprocess.run(
        [*before, sys.executable, "-m", "pytest", str(path), "--nbval", "--nbval-current-env", "-q",
         "--nbval-cell-timeout", "20", f"--junitxml={results}", "-p", "no:cacheprovider"],
        cwd=ROOT, env=os.environ | {"LABS": str(labs)}, timeout=240, check=False,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return list(ET.parse(results).iter("testcase"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_on_empty_labs_exactly_the_checkpoints_fail_and_no_cell_raises(path, skeletons, tmp_path):
    cases = nbval(path, tmp_path / "results.xml", skeletons)
    cells = code_cells(read(path))
    assert len(cases) == len(cells)
    failed = [number for number, case in enumerate(cases) if case.find("failure") is not None]
    assert failed == [number for number, cell in enumerate(cells) if "checkpoint" in tags(cell)]
    for number in failed:
        assert "Cell outputs differ" in cases[number].find("failure").text


@pytest.mark.parametrize(
    "path", [p for p in NOTEBOOKS if "capture(" in p.read_text("utf-8")], ids=lambda path: path.stem
)
def test_without_the_right_to_capture_the_outputs_are_the_same(path, tmp_path):
    if obstacle():
        pytest.skip(f"here every run is without it: {obstacle()}")
    if not shutil.which("setpriv"):
        pytest.skip("no setpriv(1) to give up rights with: apt install util-linux")
    no_rights = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    assert "may not open" in subprocess.check_output(
        [
            *no_rights,
            sys.executable,
            "-c",
            "from workbench import packets; print(packets.obstacle())",
        ],
        cwd=ROOT,
        text=True,
    )
    cases = nbval(path, tmp_path / "results.xml", "lab_solutions", before=no_rights)
    assert cases
    assert [case.get("name") for case in cases if len(case)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_stored_notebook_has_run_whole_and_without_error(path):
    assert list(faults_in(read(path))) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_short_and_every_output_but_a_prediction_is_compared(path):
    for cell in code_cells(read(path)):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= LONGEST_CELL, cell.source
        if "nbval-ignore-output" in tags(cell):
            assert any(call in cell.source for call in IGNORED_BY_RIGHT), cell.source
        assert "NBVAL_" not in cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_link_of_a_notebook_leads_somewhere(path):
    texts = [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", "\n".join(texts))
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_only_checkpoints_check_a_lab_and_their_points_are_those_of_the_checks(path):
    for cell in code_cells(read(path)):
        assert ("checkpoint" in tags(cell)) == ("check(" in cell.source), cell.source
        if "checkpoint" in tags(cell):
            recorded = "".join(output.get("text", "") for output in cell.outputs)
            points = cell.metadata["points"]
            assert f"passed: {points} of {points} points" in recorded
            assert points > 0


def test_the_checkpoints_of_a_notebook_cover_every_check_of_its_lab():
    from workbench.checks.runner import run_checks

    for family in FAMILIES[1:]:
        if family.checks.exists():
            cells = [c for c in code_cells(read(family.notebook)) if "checkpoint" in tags(c)]
            total = run_checks(family, tree=ROOT / "lab_solutions").max_score
            assert sum(cell.metadata["points"] for cell in cells) == total, family.number
