"""A large class: shares that are marked apart give one report; the shipped files do as they say."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from workbench.families import ROOT, family_of_lab
from workbench.skeletons import skeleton_of

HERE = ROOT / "workbench" / "classroom"
WORKFLOW = yaml.safe_load((HERE / "mark-class.yml").read_text("utf-8"))
JOB = next(yaml.safe_load_all((HERE / "mark-class-job.yaml").read_text("utf-8")))
LAB = family_of_lab("01")
NAMES = ["Ada Åström", "ben", "cleo"]
OPTIONS = "--lab 01 --seed 20260901 --require-tier plain --format html"
LIMIT_S = 120


@pytest.fixture
def place(tmp_path):
    """A folder as a runner has it: the project, and a class of three beside it."""
    ignored = shutil.ignore_patterns("__pycache__", ".venv", ".git", "_build", "hostile")
    shutil.copytree(ROOT, tmp_path / "workbook", ignore=ignored)
    (tmp_path / "workbook" / ".venv").symlink_to(ROOT / ".venv")
    solved = LAB.reference.read_text("utf-8")
    for name, text in zip(NAMES, (solved, skeleton_of(solved), solved), strict=True):
        labs = tmp_path / "class" / "submissions" / name / "labs"
        labs.mkdir(parents=True)
        (labs / LAB.reference.name).write_text(text, "utf-8")
    return tmp_path


def run(script, place, **environment):
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=place / "workbook",
        env=os.environ | {"OPTIONS": OPTIONS} | environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def step(job, name):
    return next(s["run"] for s in WORKFLOW["jobs"][job]["steps"] if s["name"] == name)


def put_together(shares, graded):
    for share in sorted(shares.iterdir()):
        shutil.copytree(share, graded, dirs_exist_ok=True)


def records(folder):
    return {path.parent.name: path.stat().st_mtime_ns for path in folder.glob("*/labgrade.json")}


def test_the_workflows_shares_together_are_the_class_and_nothing_is_marked_twice(place):
    for share in ("0", "1"):
        done = run(step("mark", "Mark a share"), place, SHARE=share, SHARES="2")
        assert done.returncode == 0, done.stdout + done.stderr
        shutil.move(place / "graded", place / "shares" / share)
    marked = [records(place / "shares" / share) for share in ("0", "1")]
    assert not marked[0].keys() & marked[1].keys()
    put_together(place / "shares", place / "graded")
    before = records(place / "graded")
    done = run(step("report", "Put them together, and mark what a share has not"), place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert records(place / "graded") == before
    report = (place / "graded" / "index.html").read_text("utf-8")
    assert len(before) == len(NAMES)
    assert [name for name in before if name not in report] == []


def test_a_pod_of_the_job_array_marks_its_share(place):
    container = JOB["spec"]["template"]["spec"]["containers"][0]
    script = container["command"][-1].replace("/class/", f"{place}/class/").replace("uid", "plain")
    for index in ("0", "1"):
        done = run(f"{script} --lab 01", place, JOB_COMPLETION_INDEX=index, SHARES="3")
        assert done.returncode == 0, done.stdout + done.stderr
    scores = {
        path.parents[1].name: json.loads(path.read_text("utf-8"))["score"]
        for path in (place / "class" / "shares").glob("*/*/labgrade.json")
    }
    assert scores["1"] == 0  # the skeleton
    assert scores["0"] > 0


def test_a_share_without_a_submission_is_no_error(place):
    done = run("workbench/classroom/mark_share 7 8 ../class/submissions ../out", place)
    assert (done.returncode, done.stdout) == (0, "share 7 of 8: no submission, nothing to do\n")


def test_the_numbers_of_shares_agree():
    spec = JOB["spec"]
    environment = spec["template"]["spec"]["containers"][0]["env"]
    assert {"name": "SHARES", "value": str(spec["completions"])} in environment
    shares = WORKFLOW["jobs"]["mark"]["strategy"]["matrix"]["share"]
    assert shares == list(range(len(shares)))


def test_the_workflow_is_what_github_accepts():
    path = HERE / "mark-class.yml"
    for linter in (
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", path],
        ["zizmor", "--offline", "--quiet", "--config", ROOT / ".github/zizmor.yml", path],
    ):
        command = [str(ROOT / ".venv" / "bin" / linter[0]), *map(str, linter[1:])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def json_with_comments(path: Path):
    lines = path.read_text("utf-8").splitlines()
    return json.loads("\n".join(line for line in lines if not line.lstrip().startswith("//")))


def test_the_dev_container_has_a_python_that_will_do_and_runs_commands_that_exist():
    container = json_with_comments(ROOT / ".devcontainer" / "devcontainer.json")
    version = container["image"].rpartition(":")[2].removesuffix("-bookworm")
    assert tuple(map(int, version.split("."))) >= (3, 11)
    assert "NET_RAW" in container["capAdd"]
    for name in ("onCreateCommand", "postAttachCommand"):
        script = ROOT / container[name].split()[-1] if "/" in container[name] else None
        assert script is None or os.access(script, os.X_OK), container[name]


def test_binder_installs_what_a_student_installs():
    binder = ROOT / ".binder"
    assert (binder / "requirements.txt").read_text("utf-8").split("\n")[
        -2
    ] == "-r ../requirements.txt"
    runtime = (binder / "runtime.txt").read_text("utf-8").strip().removeprefix("python-")
    assert tuple(map(int, runtime.split("."))) >= (3, 11)
