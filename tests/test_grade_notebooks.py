"""The formative column: the teacher's notebooks with a submission's labs, without marks."""

import socket
import subprocess
import sys

import pytest

from workbench.checks.graft import graft
from workbench.families import ROOT, family_of_lab
from workbench.grading import markdown, notebooks, pages
from workbench.grading.grade import Grade
from workbench.grading.notebooks import notebook_runs
from workbench.sandbox import Tier, best_tier

LAB = family_of_lab("01")
SWAPPED = "def from_other_end(five_tuple):\n    return five_tuple\n"
needs_bwrap = pytest.mark.skipif(
    best_tier() is not Tier.BWRAP, reason="bwrap does not work here: apt install bubblewrap"
)


@needs_bwrap
def test_cells_that_differ_are_counted_and_the_experiments_run():
    text = graft(LAB.reference.read_text("utf-8"), SWAPPED)
    (run,) = notebook_runs([LAB], {LAB.reference.name: text.encode()}, Tier.BWRAP)
    assert run.note == ""
    assert run.passed > 20
    assert 1 <= run.failed <= 3, "its checkpoint, and what uses it"


@needs_bwrap
def test_a_notebook_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(notebooks, "NOTEBOOK_LIMIT_S", 0.2)
    (run,) = notebook_runs([LAB], {}, Tier.BWRAP)
    assert "stopped: it was not done after 0.2 s" in run.note


@needs_bwrap
def test_a_kernel_sees_neither_the_reference_nor_a_network_nor_what_it_could_write(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        program = f"""
import os, socket
def is_done(action):
    try:
        action()
    except OSError:
        return False
    return True
found = {{
    "reference": os.path.exists({str(ROOT / "lab_solutions")!r}),
    "good and bad labs": os.path.exists({str(ROOT / "tests" / "wheats")!r}),
    "network": is_done(lambda: socket.create_connection(("127.0.0.1", {listener.getsockname()[1]}), 1)),
    "write": is_done(lambda: open({str(ROOT / "notebooks" / "x")!r}, "w")),
    "labs": is_done(lambda: open("/tree/x", "w")),
    "root": os.getuid() == 0 and os.access("/proc/sys/kernel/hostname", os.W_OK),
}}
print([name for name, there in found.items() if there], sorted(os.environ))
"""  # noqa: E501
        tmp_path.chmod(0o755)
        run = subprocess.run(
            [*notebooks.sandbox(tmp_path), sys.executable, "-c", program],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert run.stdout.startswith("[] ['HOME', 'LABS', 'LANG', 'PATH'"), run.stdout + run.stderr


@pytest.mark.parametrize("tier", [Tier.UID, Tier.PLAIN])
def test_in_a_lower_tier_no_notebook_is_run(tier):
    (run,) = notebook_runs([LAB], {}, tier)
    assert (run.passed, run.failed, run.not_run) == (0, 0, 0)
    assert f"not run: in the tier {tier} a lab in a notebook could read the reference" in run.note
    shown = markdown.summary(Grade("ada", tier.value, 7, notebooks=[run]))
    assert run.note in shown
    assert run.note in pages.submission_page(Grade("ada", tier.value, 7, notebooks=[run]))


@pytest.mark.parametrize(
    ("printed", "counts"),
    [
        ("39 passed in 7.44s", (39, 0, 0)),
        ("4 failed, 35 passed in 10.21s", (35, 4, 0)),
        ("1 failed, 5 passed, 30 xfailed, 1 xpassed in 9.99s", (5, 1, 31)),
        ("9 failed\n1 passed, 99999999999999 failed in 1s", (1, 9999, 0)),
        ("Segmentation fault", (0, 0, 0)),
        ("", (0, 0, 0)),
    ],
)
def test_what_did_not_run_is_neither_passed_nor_failed(printed, counts):
    run = notebooks.NotebookRun("01")
    notebooks.count(printed, run)
    assert (run.passed, run.failed, run.not_run) == counts
    assert bool(run.note) is (counts == (0, 0, 0))
