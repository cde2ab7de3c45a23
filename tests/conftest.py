"""For all tests: what is skipped for want of a tool is said aloud, and is an error where asked."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from workbench.families import ROOT

PROGRAM_LIMIT_S = 20

#: Whose tests are dealt to the workers lab by lab. Every other file is one worker's.
DEALT_BY_LAB = "test_wheats_and_chaffs.py"


@pytest.hookimpl(optionalhook=True)  # a student's copy has no xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """`--dist loadfile`, but the longest file does not keep one worker busy when all else is done.

    `--dist loadgroup` would want marks, which have no effect in pytest 9.2 with xdist 3.8.
    """
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class LoadFileOrLab(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _share_of(nodeid)

    return LoadFileOrLab(config, log)


def _share_of(nodeid: str) -> str:
    path, _, name = nodeid.partition("::")
    lab = re.search(r"\[(?:lab)?(\d\d)", name) if path.endswith(DEALT_BY_LAB) else None
    return f"{path} lab {lab[1]}" if lab else path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped and os.environ.get("NO_SKIPS"):
        terminalreporter.section("skipped, though NO_SKIPS is set", red=True)
        for report in skipped:
            terminalreporter.line(f"{report.nodeid}: {report.longrepr[2]}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and os.environ.get("NO_SKIPS"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def running() -> Callable[..., AbstractContextManager[tuple[subprocess.Popen, tuple[str, int]]]]:
    """`with running("-m", "labs.lab07_connect_tunnel") as (process, address):` on the reference."""
    return program_running


@contextmanager
def program_running(*arguments: str) -> Iterator[tuple[subprocess.Popen, tuple[str, int]]]:
    """A program that says "listening on HOST:PORT" first, and ends with status 0 by SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"LABS": "lab_solutions"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            words, _, address = process.stdout.readline().strip().rpartition(" ")
            assert words == "listening on", process.stderr.read()
            host, _, port = address.rpartition(":")
            yield process, (host, int(port))
            process.send_signal(signal.SIGTERM)
            assert process.wait(PROGRAM_LIMIT_S) == 0
        finally:
            process.kill()
        assert process.stderr.read() == ""
