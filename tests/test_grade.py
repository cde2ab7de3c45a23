"""Marking submissions: what is taken of them, what a bad one gets, and batches that are stopped.

What a check finds is another matter (see test_isolated): here lab 01 stands for all labs.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
import unicodedata

import psutil
import pytest

from workbench.checks.graft import graft
from workbench.checks.results import CheckResult, Report
from workbench.checks.runner import declared_checks
from workbench.families import FAMILIES, ROOT, family_of_lab
from workbench.grading.batch import Batch, Busy, seed_of
from workbench.grading.choices import Choices, Format, version_of_checks
from workbench.grading.formats import remarks
from workbench.grading.grade import Grade, LabMark, store, stored
from workbench.grading.marking import chosen_families, marked
from workbench.grading.reports import write_reports
from workbench.grading.staging import FILE_LIMIT_BYTES, students_files, taken_from
from workbench.grading.submissions import Submission, find_submissions
from workbench.kernel import wait_until
from workbench.plain import plain
from workbench.sandbox import Tier, best_tier
from workbench.skeletons import exercises_in, skeleton_of

LAB = family_of_lab("01")
REFERENCE = LAB.reference.read_text("utf-8")
SKELETON = skeleton_of(REFERENCE)
SWAPPED = graft(REFERENCE, "def from_other_end(five_tuple):\n    return five_tuple\n")
LIMIT_S = 60
TIER = best_tier().value


def hand_in(folder, text=REFERENCE, name=LAB.reference.name):
    """A submission in `folder` with one lab file."""
    (folder / "labs").mkdir(parents=True, exist_ok=True)
    path = folder / "labs" / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def grade_of(folder, **choices):
    """The grade of one submission for lab 01, without a batch around it."""
    chosen = Choices(("01",), seed=7, tier=TIER)._replace(**choices)
    return marked(Submission("one", folder), chosen, declared_checks(chosen_families(chosen)))


def names(*paths):
    return [submission.name for submission in find_submissions(paths)]


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "workbench", "grade", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


# Finding and taking


def test_one_submission_or_a_class_is_told_by_where_the_labs_are(tmp_path):
    for student in ("ada", "grace"):
        hand_in(tmp_path / "class" / student)
    direct = tmp_path / "class" / "vint"
    direct.mkdir()
    (direct / LAB.reference.name).write_text(REFERENCE)
    hand_in(tmp_path / "class" / "unpacked" / "socket-workbook-main")
    (tmp_path / "class" / "empty").mkdir()
    (tmp_path / "class" / "radia.zip").write_text("PK")
    (tmp_path / "class" / "roster.csv").write_text("ada,grace")
    everyone = ["ada", "empty", "grace", "radia.zip", "unpacked", "vint"]
    assert names(tmp_path / "class") == everyone
    assert names(tmp_path / "class" / "ada") == ["ada"]
    assert names(tmp_path / "class" / "ada" / "labs") == ["labs"]
    assert names(tmp_path / "class" / "empty") == ["empty"]
    assert names(tmp_path / "class", tmp_path / "class" / "ada") == everyone
    assert taken_from(tmp_path / "class" / "unpacked").files.keys() == {LAB.reference.name}
    assert taken_from(direct).files.keys() == {LAB.reference.name}


def test_two_submissions_of_one_name_are_kept_apart_and_no_name_leaves_the_folder(tmp_path):
    for folder in ("a/ada", "b/ada", "a/-- $(x) \x1b<b>`|/"):
        hand_in(tmp_path / folder)
    found = names(tmp_path / "a", tmp_path / "b")
    assert len(set(found)) == 3
    assert all(name.replace("-", "").replace("_", "").isalnum() for name in found)
    assert found == names(tmp_path / "a", tmp_path / "b")


def test_a_name_keeps_the_letters_of_any_script_and_nothing_with_a_power(tmp_path):
    hostile = ("\u202eevil", "\udcff bytes", "\u0301mark", "a\u200bb", "Ⅷ½", "長" * 80)
    for folder in ("Åström", "Łódź", "李小龙", "हिन्दी", "Ada Åström", *hostile):
        hand_in(tmp_path / "whole" / folder)
    assert {"Åström", "Łódź", "李小龙", "हिन्दी"} < set(names(tmp_path / "whole"))
    assert any(re.fullmatch("Ada_Åström-[0-9a-f]{8}", name) for name in names(tmp_path / "whole"))
    for name in names(tmp_path / "whole"):
        assert len(os.fsencode(name)) < 143
        assert plain(name) == name
        assert unicodedata.category(name[0])[0] != "M"


def test_one_name_written_in_two_ways_is_one_name(tmp_path):
    for way in ("NFC", "NFD"):
        hand_in(tmp_path / way / unicodedata.normalize(way, "Åström"))
        assert names(tmp_path / way) == [unicodedata.normalize("NFC", "Åström")]


def test_the_folder_of_reports_is_no_submission(tmp_path):
    hand_in(tmp_path / "ada")
    hand_in(tmp_path / "graded")
    found = find_submissions([tmp_path], leave_out=tmp_path / "graded")
    assert [submission.name for submission in found] == ["ada"]


def test_only_plain_lab_files_of_bounded_size_are_taken_and_the_rest_is_named(tmp_path):
    labs = hand_in(tmp_path).parent
    (labs / "lab02_accept.py").symlink_to(LAB.reference)
    (labs / "lab03_partial_recv.py").write_bytes(b"#" * (FILE_LIMIT_BYTES + 1))
    os.mkfifo(labs / "lab04_partial_send.py")
    (labs / "lab05_http_forwarding.py").write_bytes(b"\xff\xfe")
    (labs / "lab06_select_loop.py").write_bytes(b"x = 1\0")
    (labs / "lab07_connect_tunnel.py").mkdir()
    (labs / "lab01_mine.py").write_text("")
    for name in ("conftest.py", "sitecustomize.py", "lab01_five_tuple.pyc", "socket.py", "x.pth"):
        (labs / name).write_text("raise SystemExit")
    (labs / "__init__.py").write_text("raise SystemExit")
    (tmp_path / "pytest.ini").write_text("[pytest]")
    taken = taken_from(tmp_path)
    assert taken.files == {LAB.reference.name: REFERENCE.encode()}
    assert dict(taken.not_taken) == {
        "conftest.py": "no lab file",
        "lab01_five_tuple.pyc": "no lab file",
        "lab01_mine.py": "no lab has this name",
        "lab02_accept.py": "a link",
        "lab03_partial_recv.py": "longer than 256 KiB",
        "lab04_partial_send.py": "no plain file",
        "lab05_http_forwarding.py": "no text in UTF-8",
        "lab06_select_loop.py": "binary: no Python source",
        "lab07_connect_tunnel.py": "no plain file",
        "pytest.ini": "not part of the workbook",
        "sitecustomize.py": "no lab file",
        "socket.py": "no lab file",
        "x.pth": "no lab file",
    }


def test_what_is_given_to_everyone_is_the_teachers_and_what_has_exercises_the_students():
    given = {path.name for path in (ROOT / "lab_solutions").glob("lab*.py")} - students_files()
    for family in FAMILIES[1:]:
        if family.reference.exists() and any(exercises_in(family.reference.read_text("utf-8"))):
            assert family.reference.name in students_files()
    for name in given:
        assert not any(exercises_in((ROOT / "lab_solutions" / name).read_text("utf-8")))


def test_links_out_of_a_submission_lead_nowhere(tmp_path):
    hand_in(tmp_path / "ada")
    eve = tmp_path / "eve"
    eve.mkdir()
    (eve / "labs").symlink_to(tmp_path / "ada" / "labs")
    (tmp_path / "mallory").symlink_to(tmp_path / "ada")
    assert taken_from(eve).files == {}
    assert taken_from(tmp_path / "mallory").files == {}
    assert "link" in taken_from(tmp_path / "mallory").problem


# Marking


def test_the_reference_gets_all_points_a_skeleton_none_and_a_mistake_is_named(tmp_path):
    for name, text in (("good", REFERENCE), ("empty", SKELETON), ("swapped", SWAPPED)):
        hand_in(tmp_path / name, text)
    good, empty, swapped = (grade_of(tmp_path / name) for name in ("good", "empty", "swapped"))
    assert good.score == good.max_score > 0
    assert empty.score == 0
    assert empty.max_score == good.max_score
    assert 0 < swapped.score < good.score
    first = next(check for check in swapped.checks if check.passed is False)
    assert first.misconception == "source-is-the-client"
    assert all(one.was_marked and one.key and one.tier == TIER for one in (good, empty, swapped))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def (:\n", "line 1: SyntaxError"),
        ("\n\nfrom nowhere import x\n", "No module named 'nowhere'"),
        ("raise SystemExit(0)", "SystemExit"),
        ('{"cells": [], "nbformat": 4}', "local_endpoint"),
    ],
)
def test_a_lab_that_is_no_lab_gets_a_clear_word_and_no_points(tmp_path, text, words):
    hand_in(tmp_path, text)
    grade = grade_of(tmp_path)
    assert grade.score == 0
    assert grade.max_score > 0
    assert grade.was_marked
    assert words in json.dumps(grade.as_json())


def test_a_lab_that_was_not_handed_in_has_no_points_and_the_others_have(tmp_path):
    hand_in(tmp_path)
    grade = grade_of(tmp_path, labs=("01", "02"))
    by_lab = {mark.lab: mark for mark in grade.labs}
    assert by_lab["01"].score == by_lab["01"].max_score
    assert by_lab["02"].score == 0 < by_lab["02"].max_score
    assert not by_lab["02"].handed_in
    assert {check.actual for check in grade.of_lab("02")} == {"it was not handed in"}


def test_a_lab_that_uses_up_its_time_keeps_what_it_had(tmp_path):
    endless = "def from_other_end(five_tuple):\n    while True:\n        pass\n"
    hand_in(tmp_path, graft(REFERENCE, endless))
    begin = time.monotonic()
    grade = grade_of(tmp_path, lab_limit_s=1.0)
    assert time.monotonic() - begin < 30
    assert 0 < grade.score < grade.max_score
    late = [check for check in grade.checks if check.actual == "the lab had used up its 1 s"]
    assert late
    assert {check.passed for check in late} == {None}
    assert grade.checks[0].passed is True


def test_marks_that_depend_on_luck_are_named(tmp_path, monkeypatch):
    hand_in(tmp_path)
    assert grade_of(tmp_path, again_seed=8).labs[0].luck == []

    def by_seed(family, *, seed, **_):
        report = Report(family.number, "labs", seed, declared_checks([family]))
        for number, result in enumerate(report.checks):
            result.settle(seed == 7 or number != 3)
        return report

    monkeypatch.setattr("workbench.grading.marking.run_checks", by_seed)
    lucky = grade_of(tmp_path, again_seed=8)
    assert lucky.labs[0].luck == [lucky.checks[3].id]
    assert lucky.score == lucky.max_score, "the first run's marks stand"
    assert "came out otherwise at a second seed" in " ".join(remarks(lucky))


def test_no_path_of_this_machine_is_in_a_report(tmp_path, monkeypatch):
    def broken(family, *, tree, seed, **_):
        told = f"in {tree}/lab01_five_tuple.py, line 3"
        return Report(family.number, "", seed, broken=told, fault=told)

    monkeypatch.setattr("workbench.grading.marking.run_checks", broken)
    hand_in(tmp_path)
    grade = grade_of(tmp_path)
    assert grade.labs[0].broken == grade.labs[0].fault == "in labs/lab01_five_tuple.py, line 3"
    assert not grade.was_marked
    assert not grade.key, "a lab with a fault is marked again at the next start"


# Batches


@pytest.fixture
def three(tmp_path):
    for name, text in (("ada", REFERENCE), ("bob", SKELETON), ("eve", SWAPPED)):
        hand_in(tmp_path / "class" / name, text)
    return tmp_path / "class"


def batch_of(folder, out, **choices):
    chosen = Choices(("01",), seed=7, tier=TIER)._replace(**choices)
    return Batch(find_submissions([folder]), chosen, out)


def marks_of(batch):
    return {one.submission: (one.score, [c.passed for c in one.checks]) for one in batch.grades()}


def test_what_is_done_is_not_marked_again_and_what_changed_is(three, tmp_path):
    out = tmp_path / "out"
    first = batch_of(three, out)
    first.run(2)
    assert [one.submission for one in first.grades()] == ["ada", "bob", "eve"]
    records = {path: path.stat().st_mtime_ns for path in out.glob("*/labgrade.json")}
    assert batch_of(three, out).left_to_do() == []
    hand_in(three / "bob", SWAPPED)
    again = batch_of(three, out)
    assert [one.name for one in again.left_to_do()] == ["bob"]
    again.run(2)
    changed = {path.parent.name for path, at in records.items() if path.stat().st_mtime_ns != at}
    assert changed == {"bob"}
    assert marks_of(again)["bob"] == marks_of(again)["eve"]
    assert len(batch_of(three, out, seed=8).left_to_do()) == 3
    assert len(batch_of(three, out, labs=("01", "02")).left_to_do()) == 3
    assert len(batch_of(three, out, version="of other checks").left_to_do()) == 3


def test_a_change_of_a_check_is_another_version(tmp_path, monkeypatch):
    monkeypatch.setattr("workbench.grading.choices.ROOT", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "notebooks").mkdir()
    check = tmp_path / "tests" / "test_lab01_five_tuple.py"
    check.write_text("assert 1")
    (tmp_path / "notebooks" / "01.ipynb").write_text("{}")
    before = version_of_checks(False), version_of_checks(True)
    assert before == (version_of_checks(False), version_of_checks(True))
    (tmp_path / "notebooks" / "01.ipynb").write_text("{ }")
    assert version_of_checks(False) == before[0]
    assert version_of_checks(True) != before[1]
    check.write_text("assert 2")
    assert version_of_checks(False) != before[0]


def test_a_batch_keeps_its_seed(tmp_path):
    drawn = seed_of(tmp_path, 0)
    assert seed_of(tmp_path, 0) == drawn > 0
    assert seed_of(tmp_path, 42) == seed_of(tmp_path, 0) == 42


def started(folder, out, *more):
    call = ["grade", str(folder), "--out", str(out), "--lab=01", "--jobs=1", "--seed=7", *more]
    return subprocess.Popen(
        [sys.executable, "-m", "workbench", *call],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


ENDLESS = "while True:\n    pass\n"  # at import: it is given up after some seconds


def working_on(running, name):
    """The processes below `running` that mark this submission, once its lab has been started."""
    for worker in psutil.Process(running.pid).children():
        below = worker.children(recursive=True) if f'"name": "{name}"' in call_of(worker) else []
        if below:
            return [worker, *below]
    return []


def call_of(process):
    """Its command line; "" if it has ended, which it may do at any time."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def stopped(three, out, way):
    """What a batch says that is stopped while it marks the second of three."""
    hand_in(three / "bob", ENDLESS)
    with started(three, out) as running:
        wait_until(lambda: working_on(running, "bob"), timeout_s=LIMIT_S, what="the second")
        below = working_on(running, "bob")
        running.send_signal(way)
        _, told = running.communicate(timeout=LIMIT_S)
        wait_until(lambda: not any(map(is_alive, below)), timeout_s=10, what="the end of all")
    assert [path.parent.name for path in out.glob("*/labgrade.json")] == ["ada"]
    return running.returncode, told


def test_a_kill_in_the_middle_loses_nothing_and_the_second_start_marks_nothing_twice(
    three, tmp_path
):
    out = tmp_path / "out"
    stopped(three, out, signal.SIGKILL)
    before = (out / "ada" / "labgrade.json").stat()
    hand_in(three / "bob", SKELETON)
    with started(three, out) as running:
        _, told = running.communicate(timeout=LIMIT_S)
    assert running.returncode == 0, told
    after = (out / "ada" / "labgrade.json").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    ada, bob, eve = batch_of(three, out).grades()
    assert (ada.score, bob.score) == (ada.max_score, 0)
    assert 0 < eve.score < eve.max_score
    assert not list(out.rglob(".labgrade*")), "a partial record is left"


def test_ctrl_c_ends_a_batch_cleanly_with_what_is_done(three, tmp_path):
    status, told = stopped(three, tmp_path / "out", signal.SIGINT)
    assert status == 130
    assert "stopped: 1 of 3 are done" in told
    assert (tmp_path / "out" / "index.html").exists()
    assert (tmp_path / "out" / "ada" / "report.html").exists()


#: Every call of every check takes all the time that it has.
SLUGGISH = """
def endless(*arguments):
    while True:
        pass

def __getattr__(name):
    return endless
"""


def test_a_stop_ends_labs_that_are_marked_at_once(tmp_path):
    one = tmp_path / "class" / "bob"
    for lab in ("01", "02"):
        hand_in(one, SLUGGISH, family_of_lab(lab).reference.name)
    with started(one, tmp_path / "out", "--lab=02", "--jobs=2") as running:
        wait_until(lambda: len(judging(running)) == 2, timeout_s=LIMIT_S, what="two labs at once")
        below = working_on(running, "bob")
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=LIMIT_S)
        wait_until(lambda: not any(map(is_alive, below)), timeout_s=10, what="the end of all")
    assert running.returncode == 130


def judging(running):
    """The servers of judges that have one at work now: each for another lab."""
    ours = [each for each in working_on(running, "bob") if "checks.judges" in call_of(each)]
    servers = {each.pid for each in ours} - {pid for each in ours for pid in pids_below(each)}
    return {each.pid for each in ours if each.pid in servers and pids_below(each)}


def pids_below(process):
    try:
        return {child.pid for child in process.children()}
    except psutil.NoSuchProcess:
        return set()


def is_alive(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_two_programs_do_not_mark_into_one_folder(three, tmp_path):
    out = tmp_path / "out"
    with started(three, out) as running:
        wait_until((out / ".grade" / "checks.json").exists, timeout_s=LIMIT_S, what="a start")
        with pytest.raises(Busy):
            batch_of(three, out).run(1)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=LIMIT_S)


def test_a_worker_that_dies_costs_its_own_submission_only(three, tmp_path, monkeypatch):
    batch = batch_of(three, tmp_path / "out")
    monkeypatch.setattr("workbench.grading.batch.MARGIN_S", -59.9)  # less than any start takes
    batch.run(2)
    grades = list(batch.grades())
    assert len(grades) == 3
    assert all("by no fault of its own" in one.problems[0] for one in grades)
    monkeypatch.undo()
    assert len(batch.left_to_do()) == 3, "they are marked at the next start"


def test_the_memory_of_a_batch_does_not_grow_with_the_class(tmp_path):
    """The reports of a dozen long records need what those of three need."""
    checks = declared_checks([LAB])
    peaks_bytes = {n: peak_bytes_of_reports(tmp_path / str(n), n, checks) for n in (2, 3, 12)}
    record_bytes = (tmp_path / "3" / "out" / "s0" / "labgrade.json").stat().st_size
    assert peaks_bytes[12] - peaks_bytes[3] < 3 * record_bytes


def peak_bytes_of_reports(folder, count, checks):
    batch = Batch([], Choices(("01",), seed=7, tier=TIER), folder / "out")
    for number in range(count):
        name = f"s{number}"
        grade = Grade(name, TIER, 7, labs=[LabMark("01", 0, 29, handed_in=True)])
        grade.checks = [CheckResult(**vars(check)) for check in checks]
        for check in grade.checks:
            check.settle(False, actual="x" * 4_000)
        store(grade, folder / "out" / name)
        batch.submissions.append(Submission(name, folder / "in" / name))
    tracemalloc.start()
    write_reports(batch, [Format.HTML, Format.MARKDOWN, Format.JUNIT, Format.GRADESCOPE])
    assert batch.left_to_do() == batch.submissions
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak_bytes


# The command


def test_the_command_marks_a_class_with_bad_input_in_it(three, tmp_path):
    (three / "empty").mkdir()
    (three / "packed.zip").write_text("PK")
    hand_in(three / "typo", "def (:")
    out = tmp_path / "graded"
    run = command(three, "--lab", "01", "--out", out, "--seed", 7, "--format", "html",
                  "--format", "md", "--format", "junit", "--format", "gradescope")  # fmt: skip
    assert run.returncode == 1, run.stderr
    assert "empty could not be marked: There is no lab in it" in run.stderr
    assert "packed.zip could not be marked: It is a file" in run.stderr
    full = next(line for line in run.stdout.splitlines() if line.startswith("ada"))
    assert full.split()[1].split("/")[0] == full.split()[1].split("/")[1]
    files = {"labgrade.json", "report.html", "summary.md", "junit.xml", "results.json"}
    for name in ("ada", "bob", "empty", "eve", "packed.zip", "typo"):
        assert {path.name for path in (out / name).iterdir()} == files
    assert {path.name for path in out.iterdir() if path.is_file()} == {"index.html", "summary.md"}
    assert "SyntaxError" in (out / "typo" / "summary.md").read_text()
    assert not list(out.rglob(".*.[0-9]*")), "a partial file is left"


def test_one_submission_goes_to_githubs_summary_when_asked(three, tmp_path):
    summary = tmp_path / "summary"
    summary.write_text("before\n")
    run = command(three / "ada", "--lab=01", "--out", tmp_path / "g", "--format=github",
                  GITHUB_STEP_SUMMARY=str(summary))  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert summary.read_text().startswith("before\n## ` ada `: ")
    assert not (tmp_path / "g" / "index.html").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "not there: nowhere"),
        (["labs", "--lab", "77"], "there is no lab '77'"),
        (["labs", "--tier", "plain", "--require-tier", "uid"], "uid is required"),
        (["labs", "tests", "--format", "classroom50"], "one submission at a time"),
        (["labs", "--format", "classroom50"], "Classroom 50's runner sets CLASSROOM"),
        (["labs", "--out", "Makefile"], "is no folder"),
        (["labs", "--tier", "iron"], "iron"),
        ([], "Missing argument"),
    ],
)
def test_a_wrong_call_is_told_and_marks_nothing(tmp_path, arguments, words):
    out = [] if "--out" in arguments else ["--out", tmp_path / "out"]
    run = command(*arguments, *out, NO_COLOR="1", COLUMNS="200")
    assert run.returncode == 2
    assert words in run.stderr
    assert not (tmp_path / "out").exists()


def test_the_help_explains_tiers_resuming_and_exit_status():
    told = " ".join(command("--help", NO_COLOR="1", COLUMNS="200").stdout.split())
    for words in ("--require-tier", "Ctrl-C ends a batch", "The exit status is 0 if all were"):
        assert words in told


def test_a_hostile_submission_writes_to_nobody_elses_reports(three, tmp_path):
    out = tmp_path / "out"
    reach = f"""
import os, pathlib
for name in ("ada", "zoe"):
    try:
        folder = pathlib.Path({str(out)!r}) / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "labgrade.json").write_text("forged")
        os.chmod(folder, 0)
    except OSError:
        pass
"""
    if best_tier() is Tier.PLAIN:
        pytest.skip("the tier plain can't hold this, as the report says")
    shutil.rmtree(three / "eve")
    batch = batch_of(three, out)
    batch.run(2)
    before = marks_of(batch)
    hand_in(three / "bob", REFERENCE + reach)
    shutil.rmtree(out / "bob")
    batch.run(2)
    after = marks_of(batch)
    assert after["ada"] == after["bob"] == before["ada"]
    assert stored(out / "ada")
