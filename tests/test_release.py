"""The students' edition: what is in it, that it works on its own, and that work survives it."""

import ast
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from workbench import doctor
from workbench.__main__ import app
from workbench.families import FAMILIES, ROOT
from workbench.kernel import wait_until
from workbench.notebooks import code_cells
from workbench.release import update
from workbench.release.edition import released_families, student_files
from workbench.release.modules import modules_named_in
from workbench.release.update import MANIFEST, ReleaseRefused, write_edition
from workbench.skeletons import exercises_in, skeleton_of

COMMAND_LIMIT_S = 60
RELEASED = released_families()
REFERENCES = sorted(ROOT.glob("lab_solutions/lab*.py"))


@pytest.fixture(scope="module")
def files():
    return student_files(RELEASED)


@pytest.fixture
def copy(files, tmp_path):
    """A student's copy, as it lies on a disk, with the packages that `make lab` installs."""
    copy = tmp_path / "a student's copy, näïve"
    write_edition(files, copy)
    (copy / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (copy / ".venv" / part).symlink_to(Path(sys.prefix) / part)
    for stamp in ("python", "student"):
        (copy / ".venv" / stamp).touch()
    return copy


def solve(copy):
    for reference in REFERENCES:
        if (copy / "labs" / reference.name).exists():
            shutil.copy(reference, copy / "labs")


def run(copy, *command, before=(), **environment):
    """A command as a student types it in the folder of the copy."""
    clean = {name: text for name, text in os.environ.items() if name not in ("LABS", "MAKEFLAGS")}
    return subprocess.run(
        [*before, *command],
        cwd=copy,
        # the packages are this project's, whose editable install would come before the copy
        env=clean | {"PYTHONPATH": str(copy)} | environment,
        capture_output=True,
        text=True,
        timeout=COMMAND_LIMIT_S,
        check=False,
    )


# What is in it


def test_no_exercise_of_the_reference_is_given_away(files):
    texts = [content.decode() for path, content in files.items() if path.endswith(".py")]
    bodies = [
        (node.name, ast.get_source_segment(source, node.body[-1]))
        for source in (path.read_text("utf-8") for path in REFERENCES)
        for _, node in exercises_in(source)
    ]
    assert len(bodies) > 30
    telling = [(name, body) for name, body in bodies if "\n" in body]  # `return x` is everywhere
    assert len(telling) > 10
    assert [name for name, body in telling if any(body in text for text in texts)] == []


def test_the_labs_are_skeletons_and_the_checks_are_there(files):
    for family in RELEASED[1:]:
        for reference in ROOT.glob(f"lab_solutions/lab{family.number}_*.py"):
            skeleton = skeleton_of(reference.read_text("utf-8"))
            assert files[f"labs/{reference.name}"].decode() == skeleton
        assert f"tests/{family.checks.name}" in files


def test_what_is_for_authors_is_left_out(files):
    for part in ("solutions", "chaffs", "wheats", "hostile", "grading", "release", "authors"):
        assert [path for path in files if part in path] == []
    assert not any(path.startswith("tests/test_") and "test_lab" not in path for path in files)


def test_a_notebook_gives_no_answer_away_and_is_else_the_same(files):
    for family in RELEASED:
        notebook = nbformat.reads(files[f"notebooks/{family.notebook.name}"].decode(), 4)
        assert [cell.source for cell in code_cells(notebook) if cell.outputs] == []
        assert {cell.execution_count for cell in code_cells(notebook)} == {None}
        whole = nbformat.read(family.notebook, 4)
        same = [(cell.id, cell.source, cell.metadata) for cell in whole.cells]
        assert [(cell.id, cell.source, cell.metadata) for cell in notebook.cells] == same


def test_the_recorded_notebooks_are_whole_and_their_captures_lie_beside_them(files):
    for family in RELEASED:
        assert files[f"tests/recorded/{family.notebook.name}"] == family.notebook.read_bytes()
    for capture in ROOT.glob("notebooks/captures/*"):
        assert files[f"tests/recorded/captures/{capture.name}"] == capture.read_bytes()


def test_an_edition_ends_where_the_teacher_says():
    some = student_files(released_families("02"))
    assert "labs/lab02_accept.py" in some
    assert [path for path in some if "lab03" in path or "03_partial" in path] == []
    readme = some["README.md"].decode()
    assert f"| {FAMILIES[2].number} | {FAMILIES[2].question} |" in readme
    assert FAMILIES[3].question not in readme


def test_modules_are_found_by_imports_and_by_their_names_in_strings():
    source = 'import workbench.one\nfrom workbench.two import three\nrun("-m", "workbench.four")\n'
    named = modules_named_in(source)
    assert {"workbench.one", "workbench.two", "workbench.two.three", "workbench.four"} <= named
    assert modules_named_in("import os\nfrom pathlib import Path\n") == set()


# That it works


def test_every_module_of_a_copy_can_be_imported_from_it(copy):
    program = (
        "import importlib, pkgutil, workbench\n"
        "names = [m.name for m in pkgutil.walk_packages(workbench.__path__, 'workbench.')]\n"
        "files = [importlib.import_module(n).__file__ for n in names if '__main__' not in n]\n"
        "print(*files, sep='\\n')\n"
    )
    ran = run(copy, ".venv/bin/python", "-c", program)
    assert ran.stderr == ""
    imported = ran.stdout.splitlines()
    assert len(imported) > 30
    assert all(Path(name).is_relative_to(copy) for name in imported)


def test_the_commands_of_a_copy_are_those_that_work_there(copy):
    listed = run(copy, ".venv/bin/python", "-m", "workbench").stdout
    assert "check" in listed
    assert "doctor" in listed
    assert "bench" in listed
    assert not any(
        word in listed for word in ("release", "grade", "refresh", "skeletons", "flakes")
    )
    targets = run(copy, "make", "help").stdout
    assert "make lab" in targets
    assert "make check" in targets
    assert "make bench" in targets
    assert "make test" not in targets


def test_an_unsolved_copy_is_told_where_to_begin(copy):
    ran = run(copy, "make", "check", "LAB=01")
    assert ran.returncode == 2  # make's own, of a command that failed
    assert "your code: labs/" in ran.stdout
    assert "0 of" in ran.stdout
    assert "Not written yet: local_endpoint" in ran.stdout


@pytest.mark.parametrize("lab", sorted({RELEASED[1].number, RELEASED[-1].number}))
def test_a_solved_copy_passes_on_the_students_own_labs_below(copy, lab):
    solve(copy)
    ran = run(copy, "make", "check", f"LAB={lab}")
    assert "not run" not in ran.stdout
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_lab_below_that_is_broken_is_named_by_its_file(copy):
    solve(copy)
    (copy / "labs" / "lab01_five_tuple.py").write_text("def five_tuple(:\n")
    ran = run(copy, "make", "check", f"LAB={RELEASED[-1].number}")
    assert "lab01_five_tuple.py, line 1: SyntaxError" in ran.stdout
    assert ran.returncode == 2


def test_a_notebook_of_a_solved_copy_prints_what_was_recorded(copy):
    """`check("01")` in its checkpoints, the figures and the capture: all from the copy."""
    solve(copy)
    ran = run(copy, "make", "same", "NOTEBOOK=01")
    assert ran.returncode == 0, ran.stdout
    assert " passed" in ran.stdout
    assert "failed" not in ran.stdout


def texts_of(folder, pattern):
    return "".join(path.read_text() for path in folder.glob(pattern))


def test_make_lab_opens_the_first_notebook_and_shows_the_labs_beside_it(copy, tmp_path):
    """The file browser of JupyterLab goes no higher than the folder that it serves."""
    home = tmp_path / "home"
    home.mkdir()
    command = ["make", "lab", "ARGS=--no-browser --port=0"]
    environment = os.environ | {"HOME": str(home), "PYTHONPATH": str(copy)}
    with (tmp_path / "log").open("w+") as log:
        process = subprocess.Popen(
            command, cwd=copy, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            runtime = home / ".local/share/jupyter/runtime"
            # of two such pages, the one for the server comes first
            first = "/lab/tree/notebooks/00_start_here.ipynb?token="
            wait_until(
                lambda: first in texts_of(runtime, "*-open.html"),
                timeout_s=COMMAND_LIMIT_S,
                what="the page that leads to the first notebook",
            )
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(COMMAND_LIMIT_S)
        log.seek(0)
        assert f"Serving notebooks from local directory: {copy}\n" in log.read()


def test_without_internet_a_copy_checks_as_before(copy):
    """A network namespace of its own: loopback is up, and leads nowhere else."""
    alone = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c"]
    if not shutil.which("ip") or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("no ip(8), or no right to make a network namespace")
    solve(copy)
    ran = run(copy, *alone, "ip link set lo up && ip route | wc -l && make check LAB=01")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("0\n")


# What make sets up


#: Stands for Python and pip: notes its words, makes an environment of itself, installs nothing.
STAND_IN = """#!/bin/sh
if [ "$2" = venv ]; then
    rm -rf "$4"; mkdir -p "$4/bin"
    cp "$0" "$4/bin/python"; cp "$0" "$4/bin/pip"
fi
[ "$1" = -c ] || echo "$@" >> noted
case "$*" in *bench/requirements.txt) exit ${NO_INTERNET:-0};; esac
"""
OF_STUDENTS = ["-m venv --clear .venv", "install --quiet -r requirements.txt"]
OF_BENCH = [
    "-m venv --clear .venv/bench",
    "install --quiet -r workbench/bench/requirements.txt",
]
MEASURE = ["-m workbench bench"]


@pytest.fixture
def made(files, tmp_path):
    """Runs make in a copy that has no environment yet: what it has Python and pip do, and says."""
    for path in ("Makefile", "requirements.txt", "pyproject.toml"):
        (tmp_path / path).write_bytes(files[path])
    (tmp_path / "workbench" / "bench").mkdir(parents=True)
    (tmp_path / "workbench" / "bench" / "requirements.txt").touch()
    (tmp_path / "stand-in").write_text(STAND_IN)
    (tmp_path / "stand-in").chmod(0o755)

    def make(*words, **environment):
        noted = tmp_path / "noted"
        noted.unlink(missing_ok=True)
        ran = run(tmp_path, "make", "PYTHON=./stand-in", *words, **environment)
        assert ran.returncode == 0, ran.stderr
        return noted.read_text().splitlines(), ran.stderr

    make.folder = tmp_path
    return make


def test_the_benchmark_sets_up_an_environment_for_other_peoples_proxies_once(made):
    assert made("bench") == (OF_STUDENTS + OF_BENCH + MEASURE, "")
    assert made("bench") == (MEASURE, "")


def test_the_benchmark_runs_without_what_could_not_be_installed_and_tries_again_later(made):
    for _ in range(2):
        noted, said = made("bench", NO_INTERNET="1")
        assert noted[-3:] == OF_BENCH + MEASURE
        assert "that failed: those proxies of .venv/bench that are missing are left out" in said
    assert made("bench") == (OF_BENCH + MEASURE, "")


def test_an_emptied_environment_gets_everything_again(made):
    """Not only what make found missing: what it emptied held the benchmark's environment, too."""
    made("bench")
    (made.folder / ".venv" / "python").unlink()  # as in a clearing that was interrupted
    assert made("bench") == (OF_STUDENTS + OF_BENCH + MEASURE, "")
    (made.folder / ".venv" / "python").unlink()
    assert made("doctor")[0] == [*OF_STUDENTS, "-m workbench doctor"]
    assert made("bench") == (OF_BENCH + MEASURE, "")


# That work survives it


@pytest.fixture
def released(tmp_path):
    """A small edition in a folder, and its files."""
    files = {
        "labs/lab01_five_tuple.py": b"skeleton 1",
        "notebooks/01_five_tuple.ipynb": b"notebook 1",
        "tests/test_lab01_five_tuple.py": b"checks 1",
    }
    write_edition(files, tmp_path)
    return tmp_path, files


@pytest.mark.parametrize("own", ["labs/lab01_five_tuple.py", "notebooks/01_five_tuple.ipynb"])
def test_a_later_release_leaves_a_students_work_alone_and_says_so(released, own):
    folder, files = released
    (folder / own).write_bytes(b"two weeks of work")
    for later in (files, {path: content + b", mended" for path, content in files.items()}):
        outcome = write_edition(later, folder)
        assert outcome.left_alone == [own]
        assert (folder / own).read_bytes() == b"two weeks of work"


def test_work_survives_any_number_of_releases_even_if_it_was_once_what_they_wrote(released):
    folder, files = released
    own = "labs/lab01_five_tuple.py"
    (folder / own).write_bytes(b"work")
    write_edition(files | {own: b"work"}, folder)  # the release says the same by chance
    (folder / own).write_bytes(b"more work")
    assert write_edition(files, folder).left_alone == [own]


def test_a_later_release_renews_what_nobody_has_touched(released):
    folder, files = released
    mended = {path: content + b", mended" for path, content in files.items()}
    outcome = write_edition(mended, folder)
    assert outcome.repaired == sorted(files)
    assert {path: (folder / path).read_bytes() for path in files} == mended


def test_a_later_release_repairs_the_workbooks_own_files_and_adds_what_is_missing(released):
    folder, files = released
    (folder / "tests/test_lab01_five_tuple.py").write_bytes(b"assert True")
    (folder / "notebooks/01_five_tuple.ipynb").unlink()
    (folder / "labs/notes.txt").write_bytes(b"mine")
    outcome = write_edition(files | {"labs/lab02_accept.py": b"skeleton 2"}, folder)
    assert outcome.repaired == ["tests/test_lab01_five_tuple.py"]
    assert outcome.added == ["labs/lab02_accept.py", "notebooks/01_five_tuple.ipynb"]
    assert (folder / "labs/notes.txt").read_bytes() == b"mine"


def test_the_same_release_again_writes_nothing(released):
    folder, files = released
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.name != MANIFEST}
    outcome = write_edition(files, folder)
    assert (outcome.added, outcome.repaired, outcome.left_alone) == ([], [], [])
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_an_interrupted_release_is_finished_by_the_next_one(released, monkeypatch):
    folder, files = released
    mended = {path: content + b", mended" for path, content in files.items()}
    written = []

    def full(target, content):
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        written.append(target)
        whole(target, content)

    whole = update.write_whole
    monkeypatch.setattr(update, "write_whole", full)
    with pytest.raises(OSError, match="No space"):
        write_edition(mended, folder)
    monkeypatch.undo()
    assert write_edition(mended, folder).left_alone == []
    assert {path: (folder / path).read_bytes() for path in files} == mended


def test_the_project_itself_is_never_written_to(files):
    with pytest.raises(ReleaseRefused, match="holds the reference"):
        write_edition(files, ROOT, force=True)


def test_a_folder_that_is_no_edition_is_refused_unless_forced(files, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "README.md").write_text("somebody's")
    with pytest.raises(ReleaseRefused, match=r"in use.*README\.md"):
        write_edition(files, tmp_path)
    assert (tmp_path / "README.md").read_text() == "somebody's"
    write_edition(files, tmp_path, force=True)
    assert (tmp_path / "README.md").read_bytes() == files["README.md"]


@pytest.mark.parametrize("text", ["", "{", "[1]", "null"])
def test_a_broken_list_of_what_was_written_is_refused_before_anything_is_lost(released, text):
    folder, files = released
    (folder / MANIFEST).write_text(text)
    (folder / "labs/lab01_five_tuple.py").write_bytes(b"work")
    with pytest.raises(ReleaseRefused, match="broken"):
        write_edition(files, folder)
    assert (folder / "labs/lab01_five_tuple.py").read_bytes() == b"work"


def test_the_command_says_what_it_did_and_refuses_in_words(tmp_path):
    def release(*arguments):
        return CliRunner().invoke(app, ["release", *arguments])

    out = tmp_path / "out"
    first = release(str(out), "--until", "1")
    assert first.exit_code == 0
    assert "added labs/lab01_five_tuple.py" in first.stdout
    (out / "labs/lab01_five_tuple.py").write_text("work")
    again = release(str(out), "--until", "02")
    assert "left alone labs/lab01_five_tuple.py: somebody has worked in it" in again.stdout
    assert "added labs/lab02_accept.py" in again.stdout
    for arguments, words in (
        ([str(tmp_path)], "in use"),
        ([str(out), "--until", "77"], "there is no lab '77'"),
        ([], "name a folder"),
    ):
        refused = release(*arguments)
        assert refused.exit_code == 2
        assert words in refused.stderr


# A machine that is not as it should be


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("exec false", "this is Python 3.10.13: Python 3.11 or newer is needed"),
        ("case $2 in *ensurepip*) exit 1 ;; esac", "Python's venv is missing"),
    ],
)
def test_a_python_that_will_not_do_is_refused_in_words(copy, script, words):
    shutil.rmtree(copy / ".venv")
    fake = copy / "fake-python"
    fake.write_text(f'#!/bin/sh\ntest "$1" = -V && echo Python 3.10.13 && exit\n{script}\n')
    fake.chmod(0o755)
    ran = run(copy, "make", "PYTHON=./fake-python", "lab")
    assert ran.returncode == 2
    assert words in ran.stderr
    assert not (copy / ".venv" / "student").exists()


def test_a_set_up_that_was_interrupted_is_begun_anew_by_the_next(copy):
    """pip takes a package of which it had written a half for installed: it must not look."""
    (copy / ".venv" / "student").unlink()
    (copy / ".venv" / "bin").unlink()
    (copy / ".venv" / "bin").mkdir()
    pip = copy / ".venv" / "bin" / "pip"
    pip.write_text('#!/bin/sh\necho "$@" >>pip.log\ntest -e second-time || kill -9 $$\n')
    pip.chmod(0o755)
    assert run(copy, "make", ".venv/student").returncode == 2
    assert not (copy / ".venv" / "student").exists()
    (copy / "second-time").touch()
    assert run(copy, "make", ".venv/student").returncode == 0
    first, second = (copy / "pip.log").read_text().splitlines()
    assert "--ignore-installed" not in first
    assert "--ignore-installed" in second
    assert run(copy, "make", ".venv/student").returncode == 0
    assert len((copy / "pip.log").read_text().splitlines()) == 2


def test_a_python_without_the_packages_is_told_what_to_run(copy):
    ran = run(copy, sys.executable, "-S", "-m", "workbench", "doctor")
    assert ran.returncode == 1
    assert "run make lab" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("home", ["/proc", "/nowhere", ""])
def test_where_home_cant_be_written_jupyterlab_keeps_its_state_with_the_packages(copy, home):
    said = run(copy, "make", "--dry-run", "lab", HOME=home).stdout
    assert f'HOME="{copy}/.venv/home" ' in said


def test_where_home_can_be_written_jupyterlab_keeps_its_state_there(copy, tmp_path):
    said = run(copy, "make", "--dry-run", "lab", HOME=str(tmp_path)).stdout
    assert f'HOME="{tmp_path}" ' in said
    assert [path for path in tmp_path.iterdir() if path != copy] == []


def finding(what):
    return next(found for found in doctor.examine() if found.what == what)


def test_the_doctor_says_that_home_cant_be_written(monkeypatch):
    monkeypatch.setenv("HOME", "/proc")
    home = finding("the home folder")
    assert not home.fine
    assert not home.needed
    assert "set HOME yourself" in home.advice


def test_the_doctor_says_that_work_cant_be_saved_here(monkeypatch):
    monkeypatch.setattr(doctor, "ROOT", Path("/proc"))
    here = finding("this folder")
    assert not here.fine
    assert here.needed
    assert "copy the whole folder" in here.advice


def test_the_doctor_says_that_jupyterlabs_port_is_taken(monkeypatch):
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setattr(doctor, "JUPYTERS_PORT", port)
        assert "open the address that it prints" in finding(f"port {port}").advice
    assert finding(f"port {port}").fine


def test_the_doctor_finds_what_an_interrupted_set_up_left(monkeypatch, tmp_path):
    assert finding("what is installed").fine
    (tmp_path / "unfinished").touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    installed = doctor.version
    monkeypatch.setattr(doctor, "version", lambda name: "0" if name == "nbval" else installed(name))
    amiss = finding("what is installed")
    assert "nbval" in amiss.says
    assert "interrupted" in amiss.says
    assert "make lab" in amiss.advice


def test_in_a_notebook_the_doctor_does_not_take_its_own_jupyterlab_for_a_stranger(monkeypatch):
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    assert not any(found.what.startswith("port") for found in doctor.examine())
