"""The house: imports point one way, every family has one stem, and the tables agree."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.families import FAMILIES, ROOT, UnknownLab, family_of_lab
from workbench.misconceptions import catalogue, section_with_tag
from workbench.skeletons import exercises_in

LABS = sorted((ROOT / "lab_solutions").glob("lab*.py"))
WORKBENCH = sorted((ROOT / "workbench").rglob("*.py"))
CODE_LINES = 250
MORE_LINES = {"lab08_full_proxy": 280}  # the whole machine of a client is in one place
PROXY_LINES = 1000  # what a student has written or read when the proxy is whole: labs 05 to 08


def imported_by(path: Path) -> set[str]:
    """Every module that a file imports, in full."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def code_lines(path: Path) -> int:
    """Lines of code: docstrings, comments and blank lines do not count."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    docstrings = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            first = body[0]
            if isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
                docstrings |= set(range(first.lineno, first.end_lineno + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and number not in docstrings
        for number, line in lines
    )


@pytest.mark.parametrize("lab", LABS, ids=lambda path: path.stem)
def test_a_lab_imports_the_standard_library_and_labs_up_to_itself(lab):
    for name in imported_by(lab):
        top = name.partition(".")[0]
        if top == "labs":
            other = name.removeprefix("labs").lstrip(".")[:5]
            assert other <= lab.name[:5], f"{lab.name} imports {name}"
        else:
            assert top in sys.stdlib_module_names, f"{lab.name} imports {name}"


@pytest.mark.parametrize("path", WORKBENCH, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_workbench_imports_no_lab_by_name(path):
    assert not {name for name in imported_by(path) if name.partition(".")[0] in ("labs", "tests")}


@pytest.mark.parametrize("lab", LABS, ids=lambda path: path.stem)
def test_a_lab_can_be_read_in_one_sitting(lab):
    assert code_lines(lab) <= MORE_LINES.get(lab.stem, CODE_LINES)


def test_the_proxy_has_less_than_a_thousand_lines():
    proxy = [family.reference for family in FAMILIES if "05" <= family.number <= "08"]
    assert sum(map(code_lines, proxy)) < PROXY_LINES


@pytest.mark.parametrize("lab", LABS, ids=lambda path: path.stem)
def test_a_familys_other_files_are_given(lab):
    """A lab may have several files; a student writes in the one that has the family's name."""
    if lab not in {family.reference for family in FAMILIES}:
        assert not list(exercises_in(lab.read_text("utf-8")))
        assert lab.stem[:5] in {family.reference.stem[:5] for family in FAMILIES}


def test_each_file_of_a_family_has_its_stem():
    stems = {family.stem for family in FAMILIES}
    for pattern, prefix in (
        ("tests/test_lab[0-9]*.py", "test_lab"),
        ("notebooks/*.ipynb", ""),
    ):
        for path in ROOT.glob(pattern):
            assert path.stem.removeprefix(prefix) in stems, path


def test_a_family_with_checks_is_whole():
    for family in FAMILIES[1:]:
        there = {path.exists() for path in (family.checks, family.reference, family.notebook)}
        assert len(there) == 1, f"family {family.number} has only some of its files"


def test_the_readme_has_every_family():
    readme = (ROOT / "README.md").read_text("utf-8")
    for family in FAMILIES:
        assert f"| {family.number} | {family.question} | {family.adds} |" in readme


def test_every_picture_and_link_of_the_readme_leads_somewhere():
    readme = (ROOT / "README.md").read_text("utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", readme)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_misconception_of_a_family_is_shown_in_its_notebook():
    for belief in catalogue().values():
        family = next(family for family in FAMILIES if family.number == belief.family)
        assert section_with_tag(family.notebook, belief.id), belief.id


def test_the_environment_variable_labs_must_name_a_tree_of_labs(tmp_path):
    for labs, words in (("nowhere", "is no folder"), (str(tmp_path), "holds no lab")):
        run = run_python("import labs", LABS=labs)
        assert run.returncode == 1
        assert words in run.stderr
        assert "LABS=lab_solutions" in run.stderr


def test_the_switch_decides_which_tree_serves():
    program = "import labs; from labs import lab01_five_tuple as lab; print(lab.__file__)"
    assert "/labs/lab01" in run_python(program, LABS="labs").stdout
    assert "/lab_solutions/lab01" in run_python(program, LABS="lab_solutions").stdout


def test_the_reference_is_not_imported_by_its_own_name():
    run = run_python("import lab_solutions.lab01_five_tuple")
    assert "LABS=lab_solutions" in run.stderr


def test_importing_the_workbench_brings_nothing_heavy():
    program = "import sys, workbench; print(*sys.modules)"
    loaded = run_python(program).stdout.split()
    assert "workbench" in loaded
    assert not {"matplotlib", "scapy", "psutil", "ipywidgets", "rich", "IPython"} & set(loaded)


def test_an_unknown_lab_is_answered_with_those_there_are():
    for lab in ("99", "", "lab", "00", "../01"):
        with pytest.raises(UnknownLab, match="name one of 01"):
            family_of_lab(lab)
    assert family_of_lab("1") == family_of_lab("lab01") == family_of_lab("01_five_tuple")


def run_python(program: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
