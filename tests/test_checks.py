"""How checks are run and told: whatever a lab does, its reader gets a clear word, and in time."""

import html
import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from workbench.checks import feedback
from workbench.checks.flakes import marks
from workbench.checks.graft import graft
from workbench.checks.runner import run_checks
from workbench.families import ROOT, family_of_lab
from workbench.kernel import wait_until
from workbench.skeletons import skeleton_of

LAB = family_of_lab("01")
REFERENCE = LAB.reference.read_text("utf-8")
LIMIT_S = 30


def checked(tmp_path, text, only=""):
    """The report on a lab 01 with this text, and what a student reads of it, on one line."""
    (tmp_path / LAB.reference.name).write_text(text, "utf-8")
    report = run_checks(LAB, only, tree=tmp_path)
    return report, " ".join(feedback.as_text(report).split())


def test_the_reference_passes_every_check():
    report = run_checks(LAB, tree=ROOT / "lab_solutions")
    assert report.all_passed
    assert report.score == report.max_score > 0
    assert f"{len(report.checks)} of {len(report.checks)} checks passed" in feedback.as_text(report)


def test_a_lab_is_checked_in_under_3_seconds():
    begin = time.monotonic()
    run_checks(LAB, tree=ROOT / "lab_solutions")
    assert time.monotonic() - begin < 3


def test_a_syntax_error_is_told_with_file_and_line(tmp_path):
    report, text = checked(tmp_path, "import socket\n\ndef five_tuple(:\n")
    assert "lab01_five_tuple.py, line 3: SyntaxError" in text
    assert report.score == 0
    assert {check.passed for check in report.checks} == {None}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("while True: pass", "had not returned after 3 s"),
        ("raise SystemExit(0)", "SystemExit"),
        ("import nowhere_to_be_found", "No module named 'nowhere_to_be_found'"),
    ],
)
def test_a_lab_that_cannot_be_imported_is_told_why(tmp_path, line, words):
    report, text = checked(tmp_path, f"{REFERENCE}\n{line}\n")
    assert words in text
    assert f": {line}" in text
    assert report.score == 0
    assert not report.all_passed


def test_a_missing_lab_is_told_by_name(tmp_path):
    (tmp_path / "lab02_other.py").write_text("")
    report = run_checks(LAB, tree=tmp_path)
    assert "labs.lab01_five_tuple" in feedback.as_text(report)
    assert not report.all_passed


def test_a_missing_tree_is_told_with_the_switch(tmp_path):
    text = feedback.as_text(run_checks(LAB, tree=tmp_path / "nowhere"))
    assert "LABS=lab_solutions" in text


ENDLESS = """
def from_other_end(five_tuple):
    while True:
        try:
            while True:
                pass
        except Exception:
            pass
"""


def test_an_endless_loop_fails_that_check_alone(tmp_path):
    report, text = checked(tmp_path, graft(REFERENCE, ENDLESS))
    by_id = {check.id: check for check in report.checks}
    assert by_id["from_other_end_reverses_the_ends_only"].passed is False
    assert by_id["five_tuple_source_is_the_end_that_is_asked"].passed is True
    assert by_id["can_coexist_refuses_the_same_name_twice"].passed is True
    assert "it had not returned after 5 s" in text


STUBBORN = """
import time
def from_other_end(five_tuple):
    while True:
        try:
            time.sleep(0.01)
        except BaseException:
            pass
"""


def test_a_call_that_catches_everything_is_killed_and_the_rest_is_still_checked(tmp_path):
    report, text = checked(tmp_path, graft(REFERENCE, STUBBORN))
    by_id = {check.id: check for check in report.checks}
    assert by_id["from_other_end_reverses_the_ends_only"].passed is False
    assert by_id["can_coexist_refuses_the_same_name_twice"].passed is True
    assert "had to be killed" in text


@pytest.mark.parametrize("way", ["os._exit(0)", "os.abort()", "sys.exit(0)"])
def test_ending_the_program_fails_that_check_alone(tmp_path, way):
    leaving = f"import os, sys\ndef from_other_end(five_tuple):\n    {way}\n"
    report, _ = checked(tmp_path, graft(REFERENCE, leaving))
    by_id = {check.id: check for check in report.checks}
    assert by_id["from_other_end_reverses_the_ends_only"].passed is False
    assert by_id["can_coexist_refuses_the_same_name_twice"].passed is True
    assert len([check for check in report.checks if check.passed]) > 10


def test_a_failure_tells_promise_wire_both_sides_belief_and_section_in_this_order(tmp_path):
    swapped = "def local_endpoint(sock):\n    return endpoint_from(sock.getpeername())\n"
    report, text = checked(tmp_path, graft(REFERENCE, swapped), only="local_endpoint_is")
    told = [
        "local_endpoint is the socket's own end",
        "on the wire",
        "expected",
        "but",
        "you may believe",
        "The source of a connection is always the client.",
        "notebook 01, “Each end sees it reversed”",
    ]
    places = [text.rindex(words) for words in told]
    assert places == sorted(places)
    assert report.checks[0].hint not in text, "a hint is folded until it is asked for"
    assert html.escape(report.checks[0].hint) in feedback.hints_as_html(report)


LEAKY = """
def from_other_end(five_tuple):
    socket.socket()  # closed by nobody: Python warns when it collects it
    return FiveTuple(five_tuple.protocol, five_tuple.destination, five_tuple.source)
"""


def test_a_leak_that_no_check_is_about_fails_no_other_check(tmp_path):
    report, _ = checked(tmp_path, graft(REFERENCE, LEAKY))
    assert [check.actual for check in report.checks if not check.passed] == []


def test_what_a_lab_prints_and_where_it_raises_is_shown(tmp_path):
    broken = "def from_other_end(five_tuple):\n    print('here I am')\n    return five_tuple[7]\n"
    _, text = checked(tmp_path, graft(REFERENCE, broken), only="from_other_end")
    assert "here I am" in text
    assert "IndexError" in text
    assert "in from_other_end: return five_tuple[7]" in text


SLIPS = {
    "return sock.nonsense()": "AttributeError",
    "return socket.SOCK": "AttributeError",
    "return nonsense": "NameError",
    "sock.getsockname()": "Is a return missing",
    "return sock.getsockname()": "'tuple' object has no attribute 'port'",
}


@pytest.mark.parametrize(("line", "words"), SLIPS.items())
def test_a_slip_of_the_pen_is_shown_and_no_belief_is_made_up(tmp_path, line, words):
    broken = f"def local_endpoint(sock):\n    {line}\n"
    report, text = checked(tmp_path, graft(REFERENCE, broken), only="local_endpoint_port")
    assert words in text
    assert report.checks[0].passed is False
    assert "you may believe" not in text


def test_an_error_without_its_errno_is_told_so(tmp_path):
    broken = "def five_tuple(sock):\n    raise OSError('ENOTCONN')\n"
    _, text = checked(tmp_path, graft(REFERENCE, broken), only="five_tuple_of_a_listener")
    assert "OSError with the errno ENOTCONN" in text
    assert "its errno is None" in text


def test_a_check_whose_need_failed_is_not_run_and_says_what_to_mend_first(tmp_path):
    as_text = "def local_endpoint(sock):\n    return Endpoint('127.0.0.1', '80')\n"
    report, text = checked(tmp_path, graft(REFERENCE, as_text))
    (waiting,) = (c for c in report.checks if c.id == "local_endpoint_is_the_sockets_own_end")
    assert waiting.passed is None
    assert waiting.actual == "first mend: local_endpoint gives the port as a number."
    assert "at the server. [after 1] 0/2" in text
    assert not report.all_passed


def test_a_skeleton_is_told_what_to_write_first_and_no_belief(tmp_path):
    _, text = checked(tmp_path, skeleton_of(REFERENCE))
    assert "Not written yet: local_endpoint, five_tuple, from_other_end, can_coexist." in text
    assert "Begin with local_endpoint." in text
    assert "you may believe" not in text


def test_of_a_table_of_cases_only_those_that_differ_are_shown(tmp_path):
    wrong = "def can_coexist(a, b):\n    return (a.protocol, a.source) != (b.protocol, b.source)\n"
    report, _ = checked(tmp_path, graft(REFERENCE, wrong), only="can_coexist")
    (failed,) = (c for c in report.checks if c.id.startswith("can_coexist_allows_what_differs"))
    assert "127.0.0.1 81" in failed.actual
    assert "50001" not in failed.actual


def test_with_a_failure_beside_it_the_first_thing_is_to_mend_that(tmp_path):
    swapped = "def from_other_end(five_tuple):\n    return five_tuple\n"
    _, text = checked(tmp_path, graft(skeleton_of(REFERENCE), swapped))
    assert "First mend what failed." in text
    assert "Begin with" not in text


def test_no_check_of_that_name_is_a_fault_and_no_pass(tmp_path):
    report, text = checked(tmp_path, REFERENCE, only="nonsense")
    assert not report.all_passed
    assert "no check begins with 'nonsense'" in text
    assert "five_tuple_ports_are_numbers" in text


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "workbench", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def test_the_command_obeys_labs_and_says_which_tree_it_checked():
    run = command("check", "01", LABS="lab_solutions")
    assert run.returncode == 0
    assert "Lab 01, your code: lab_solutions/" in run.stdout


def test_the_commands_exit_status_tells_failure_from_a_wrong_call(tmp_path):
    (tmp_path / LAB.reference.name).write_text(skeleton_of(REFERENCE), "utf-8")
    assert command("check", "01", LABS=str(tmp_path)).returncode == 1
    unknown = command("check", "42")
    assert unknown.returncode == 2
    assert "there is no lab '42': name one of 01" in unknown.stderr


def test_flakes_are_counted_and_named(tmp_path):
    book = tmp_path / "runs"
    every_second_run = f"""
import os
from pathlib import Path
def from_other_end(five_tuple):
    with open({str(book)!r}, "a+") as book:
        print(os.getpid(), file=book, flush=True)
        book.seek(0)
        is_even = len(set(book.readlines())) % 2 == 0
    ends = five_tuple[2:0:-1] if is_even else five_tuple[1:]
    return FiveTuple(five_tuple.protocol, *ends)
"""
    (tmp_path / LAB.reference.name).write_text(graft(REFERENCE, every_second_run), "utf-8")
    outcomes = marks(LAB, tmp_path, runs=4)
    failed = (
        "from_other_end_reverses_the_ends_only",
        "from_other_end_reverses_the_addresses_too",
        "from_other_end_is_what_the_other_end_says",
    )
    assert outcomes == {(): 2, failed: 2}


def test_the_reference_is_no_matter_of_luck_beside_a_busy_program():
    run = command("flakes", "01", "--runs", "3", "--busy", "1")
    assert run.stdout == "lab 01: 3 of 3 runs got full marks\n"
    assert run.returncode == 0
    assert command("flakes", "77").returncode == 2


def test_the_report_as_json_has_the_fields_of_labgrade():
    report = json.loads(
        command("check", "01", "--json", "--seed", "7", LABS="lab_solutions").stdout
    )
    assert report["seed"] == 7
    assert report["score"] == report["max_score"]
    fields = {"id", "lab", "title", "points", "score", "passed", "needs", "misconception"}
    fields |= {"expected", "actual", "hint", "log", "seconds"}
    assert fields <= set(report["checks"][0])


def test_ctrl_c_ends_the_command_and_the_child_that_checks(tmp_path):
    begun = tmp_path / "begun"
    slow = STUBBORN.replace("while True", f"open({str(begun)!r}, 'w').close()\n    while True", 1)
    (tmp_path / LAB.reference.name).write_text(graft(REFERENCE, slow), "utf-8")
    running = subprocess.Popen(
        [sys.executable, "-m", "workbench", "check", "01"],
        cwd=ROOT,
        env=os.environ | {"LABS": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(begun.exists, timeout_s=LIMIT_S, what="the check of from_other_end to begin")
    children = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGINT)
    assert running.wait(LIMIT_S) == 130
    assert children
    assert not any(child.is_running() for child in children)
