"""The students' CI: a push is marked by the workflows' own steps, and nothing of it but its labs.

The steps are those of the files that a student gets. They run here on a copy of the project and on
a bare repository that a student has pushed to. What they do to the machine (`sudo`, `apt-get`) is
left out, and `make .venv/student` finds the packages of this project in the place of a download.

STUDENT_CI=real leaves nothing of the set-up out: each environment is really made, by pip.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
import yaml

from workbench.checks.runner import run_checks
from workbench.families import ROOT, family_of_lab
from workbench.release.bundles import archive, classroom50_bundle, gradescope_archive, project_files
from workbench.release.edition import released_families, student_files
from workbench.release.update import write_edition

REAL = os.environ.get("STUDENT_CI") == "real"
STEP_LIMIT_S = 600 if REAL else 60
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
MISTAKE = "def local_endpoint(sock):\n    return endpoint_from(sock.getpeername())\n"
#: One lab, so that a run takes seconds.
OPTIONS = "--lab 01 --seed 7"
MAKE = f"""#!/bin/sh
for last; do :; done
test "$last" = .venv/student || {{ echo "make $*: not expected" >&2; exit 1; }}
test "$1" != -C || cd "$2"
mkdir .venv
for part in bin lib pyvenv.cfg; do ln -s "{sys.prefix}/$part" .venv/; done
"""


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    """A folder at the head of PATH: what a runner has, without its effect on this machine."""
    folder = tmp_path_factory.mktemp("tools")
    scripts = {"sudo": "#!/bin/sh\n", "apt-get": "#!/bin/sh\n"} | ({} if REAL else {"make": MAKE})
    for name, text in scripts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    """The teacher's copy of the project, as a repository."""
    folder = tmp_path_factory.mktemp("teacher") / "workbook"
    for path, content in project_files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=the project")
    return folder


@pytest.fixture(scope="module")
def labs(tmp_path_factory):
    """What the student wrote: lab 01, with a mistake."""
    folder = tmp_path_factory.mktemp("labs")
    shutil.copy(ROOT / "lab_solutions" / "lab01_five_tuple.py", folder)
    with (folder / "lab01_five_tuple.py").open("a") as lab:
        lab.write(f"\n\n{MISTAKE}")
    return folder


@pytest.fixture(scope="module")
def pushed(labs, tmp_path_factory):
    """A bare repository to which the student has pushed: the labs, and what else might help.

    There are checks that always pass, settings that run none, and a Makefile that says so.
    """
    folder = tmp_path_factory.mktemp("student")
    copy, bare = folder / "my copy", folder / "bare.git"
    write_edition(student_files(released_families()), copy)
    shutil.copytree(labs, copy / "labs", dirs_exist_ok=True)
    tricks = {
        "tests/test_lab01_five_tuple.py": "def test_all_is_well():\n    pass\n",
        "tests/conftest.py": "import os\nos._exit(0)\n",
        "conftest.py": "import os\nos._exit(0)\n",
        "labs/__init__.py": "raise SystemExit(0)\n",
        "Makefile": ".venv/student:\n\techo full marks\n",
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--collect-only"\n',
    }
    for path, text in tricks.items():
        (copy / path).write_text(text)
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(copy, "init", "--quiet", "--initial-branch=main")
    git(copy, "add", "--all")
    git(copy, "commit", "--quiet", "--message=my labs")
    git(copy, "push", "--quiet", str(bare), "main")
    return bare


def git(folder, *arguments):
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)


def run(command, folder, tools, **environment):
    """One step in a folder, with no more of this environment than a runner would have."""
    clean = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    ran = subprocess.run(
        command,
        cwd=folder,
        env=clean | {"PATH": f"{tools}:{os.environ['PATH']}"} | environment,
        capture_output=True,
        text=True,
        timeout=STEP_LIMIT_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def must_be_marked(labs):
    """`must_be_marked(tests)`: these say of each check, by its id or title, whether it passed.

    That is what `make check` says of the labs alone.
    """
    checks = run_checks(family_of_lab("01"), tree=labs).checks
    passed = {check.id: check.passed is True for check in checks}
    assert set(passed.values()) == {True, False}

    def compare(tests):
        assert len(tests) == len(passed)
        found = {c.id: tests[n] for n in tests for c in checks if c.id == n or c.title in n}
        assert found == passed

    return compare


# GitHub


def github(text, values):
    """`${{ vars.NAME }}` and `${{ secrets.NAME }}` as GitHub fills them in."""
    return re.sub(r"\$\{\{ (?:vars|secrets)\.(\w+) \}\}", lambda m: values.get(m[1], ""), text)


def run_github_steps(job, folder, tools, repositories, values):
    """Runs a job's steps in order, in `folder` as the workspace. Returns the job's summary."""
    summary = folder / "summary.md"
    for step in job["steps"]:
        used, what = step.get("uses", ""), step.get("with", {})
        if used.startswith("actions/checkout@"):
            url = repositories[github(what.get("repository", ""), values)]
            git(folder, "clone", "--quiet", "--depth=1", f"file://{url}", what["path"])
        elif used.startswith("actions/upload-artifact@"):
            assert any((folder / what["path"]).iterdir())
        elif "run" in step and step.get("id") != "system":
            environment = {name: github(text, values) for name, text in step.get("env", {}).items()}
            command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            where = folder / step.get("working-directory", ".")
            run(command, where, tools, GITHUB_STEP_SUMMARY=str(summary), **environment)
        else:
            assert used.startswith("actions/setup-python@") or step.get("id") == "system"
    return summary.read_text()


def test_a_push_to_github_is_marked_by_its_workflow(
    pushed, must_be_marked, workbook, tools, tmp_path
):
    workflow = yaml.safe_load(student_files([])[".github/workflows/mark.yml"])
    values = {"WORKBOOK_REPOSITORY": "teacher/workbook", "WORKBOOK_OPTIONS": OPTIONS}
    repositories = {"": pushed, "teacher/workbook": workbook}
    job = workflow["jobs"]["mark"]
    summary = run_github_steps(job, tmp_path, tools, repositories, values)
    assert "local_endpoint is the socket's own end" in summary
    assert "The source of a connection is always the client." in summary
    marked = json.loads((tmp_path / "report/submission/labgrade.json").read_text())
    assert marked["seed"] == 7
    tests = {check["title"]: check["passed"] is True for check in marked["checks"]}
    must_be_marked(tests)


def test_the_workflow_holds_no_more_rights_than_it_needs():
    workflow = yaml.safe_load(student_files([])[".github/workflows/mark.yml"])
    assert workflow["permissions"] == {"contents": "read"}
    checkouts = [s for s in workflow["jobs"]["mark"]["steps"] if "checkout" in s.get("uses", "")]
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False, False]


# GitLab


def test_a_push_to_gitlab_is_marked_by_its_job(pushed, must_be_marked, workbook, tools, tmp_path):
    job = yaml.safe_load(student_files([])[".gitlab-ci.yml"])["mark"]
    project = tmp_path / "builds" / "my-project"
    git(tmp_path, "clone", "--quiet", f"file://{pushed}", str(project))
    environment = {
        "WORKBOOK_URL": f"file://{workbook}",
        "WORKBOOK_OPTIONS": OPTIONS,
        "CI_PROJECT_DIR": str(project),
        "CI_BUILDS_DIR": str(project.parent),
        "CI_JOB_ID": "1",
    }
    script = "\n".join([*job["before_script"], *job["script"]])
    said = run(["bash", "-eo", "pipefail", "-c", script], project, tools, **environment)
    assert "The source of a connection is always the client." in said
    (junit,) = project.glob(job["artifacts"]["reports"]["junit"])
    cases = ET.parse(junit).iter("testcase")
    unhappy = ("failure", "skipped", "error")
    must_be_marked({c.get("name"): all(c.find(u) is None for u in unhappy) for c in cases})
    assert not (project.parent / "workbook-1" / ".git").exists(), "it remembers the token"


# Gradescope


def test_gradescopes_archive_marks_what_was_uploaded(pushed, must_be_marked, tools, tmp_path):
    (tmp_path / "results").mkdir()
    with zipfile.ZipFile(io.BytesIO(gradescope_archive(OPTIONS.split()))) as upload:
        upload.extractall(tmp_path / "source")
    git(tmp_path, "clone", "--quiet", f"file://{pushed}", "submission")
    shutil.copy(tmp_path / "source" / "run_autograder", tmp_path)
    for script in ("source/setup.sh", "run_autograder"):
        run(["bash", str(tmp_path / script)], tmp_path, tools, AUTOGRADER=str(tmp_path))
    results = json.loads((tmp_path / "results" / "results.json").read_text())
    tests = {test["name"]: test["status"] == "passed" for test in results["tests"]}
    must_be_marked(tests)
    assert 0 < results["score"] < sum(test["max_score"] for test in results["tests"])


def test_gradescope_tells_a_student_who_uploads_nothing_of_use(tools, tmp_path):
    for folder in ("results", "submission"):
        (tmp_path / folder).mkdir()
    (tmp_path / "submission" / "holiday.jpg").write_bytes(bytes(99))
    with zipfile.ZipFile(io.BytesIO(gradescope_archive(OPTIONS.split()))) as upload:
        upload.extractall(tmp_path / "source")
    run(["make", "-C", str(tmp_path / "source/workbook"), ".venv/student"], tmp_path, tools)
    script = ["bash", str(tmp_path / "source" / "run_autograder")]
    run(script, tmp_path, tools, AUTOGRADER=str(tmp_path))
    results = json.loads((tmp_path / "results" / "results.json").read_text())
    assert results["score"] == 0
    assert "lab" in results["output"]


# Classroom 50


def test_classroom50s_bundle_marks_the_checkout_that_it_is_run_in(
    pushed, must_be_marked, tools, tmp_path
):
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    for name, content in classroom50_bundle(OPTIONS.split()).items():
        (bundle / name).write_bytes(content)
    git(tmp_path, "clone", "--quiet", f"file://{pushed}", "checkout")
    identity = {
        "CLASSROOM": "sockets",
        "ASSIGNMENT": "lab01",
        "ASSIGNMENT_TYPE": "individual",
        "OWNER": "somebody",
        "SUBMISSION_TAG": "submit/2026-09-01T00-00-00Z-abcdef0",
        "COMMIT_URL": "https://example.org/commit/1",
        "RELEASE_URL": "https://example.org/releases/1",
        "REVIEW_URL": "https://example.org/compare/1",
    }
    script = [sys.executable, str(bundle / "autograder.py")]
    run(script, tmp_path / "checkout", tools, **identity)
    result = json.loads((tmp_path / "checkout" / "result.json").read_text())
    assert result["schema"] == "classroom50/result/v1"
    assert result["classroom"] == "sockets"
    tests = {test["test-name"]: test["passed"] for test in result["tests"]}
    must_be_marked(tests)
    assert "# " in (tmp_path / "checkout" / "release-body.md").read_text()


def test_a_bundle_is_small_enough_for_classroom50():
    assert sum(map(len, classroom50_bundle().values())) < 10 * 2**20  # its MAX_FETCH_BYTES


def test_the_same_files_give_the_same_archive():
    files = {"b": b"text", "a.sh": b"#!/bin/sh\n"}
    packed = archive(files)
    assert packed == archive(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in opened.infolist()}
    assert modes == {"a.sh": 0o755, "b": 0o644}


# All of them


def test_every_workflow_keeps_to_its_schema(tmp_path):
    files = student_files([])
    for path in ("github.yml", "gitlab.yml"):
        source = ".github/workflows/mark.yml" if path == "github.yml" else ".gitlab-ci.yml"
        (tmp_path / path).write_bytes(files[source])
    check = ("check-jsonschema", "--builtin-schema")
    lint(*check, "vendor.github-workflows", str(tmp_path / "github.yml"), *map(str, WORKFLOWS))
    gitlab = ("vendor.gitlab-ci", "--data-transform", "gitlab-ci")
    lint(*check, *gitlab, str(tmp_path / "gitlab.yml"))


def test_no_workflow_lets_anybody_in(tmp_path):
    theirs = tmp_path / ".github" / "workflows" / "mark.yml"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(student_files([])[".github/workflows/mark.yml"])
    config = ROOT / ".github" / "zizmor.yml"
    lint(
        "zizmor", "--offline", "--quiet", f"--config={config}", str(tmp_path), *map(str, WORKFLOWS)
    )


def lint(tool, *arguments):
    ran = subprocess.run(
        [str(Path(sys.prefix) / "bin" / tool), *arguments],
        capture_output=True,
        text=True,
        timeout=STEP_LIMIT_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
