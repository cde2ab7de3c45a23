"""For all tests: what is skipped for want of a tool is said aloud, and is an error where asked."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from workbench.families import ROOT

PROGRAM_LIMIT_S = 20


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
