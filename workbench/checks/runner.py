"""Runs the checks of one lab in a child process, so that no lab can hang or end its caller.

The child sends each result as it comes (see `plugin`). If it dies or stops answering within one
check, that check has failed, and another child runs the rest.
"""

from __future__ import annotations

import json
import os
import random
import selectors
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from workbench.checks.judges import Forked, Judge, Started
from workbench.checks.results import CheckResult, Report
from workbench.families import ROOT, Family, lab_tree, relative
from workbench.plain import LONGEST, plain
from workbench.sandbox import Tier, best_tier

START_LIMIT_S = 30.0  # to start Python and collect, on a busy machine
GRACE_S = 4.0  # beyond a check's own limit: the import of the lab, and the check's own end


class Silent(Exception):
    """The child has said nothing for as long as it had."""


def run_checks(
    family: Family,
    only: str = "",
    seed: int = 0,
    tree: Path | None = None,
    until_failure: bool = False,
    on_result: Callable[[CheckResult], None] = id,
    isolated: bool = False,
    tier: Tier | None = None,
    limit_s: float | None = None,
) -> Report:
    """Runs the checks of `family` whose names begin with `only`, and returns the Report.

    The labs come from `tree`, or from where the variable LABS says. Seed 0 draws one. With
    `until_failure` the checks after the first one that fails are left out. If `isolated`, the lab
    of this family runs in a sandbox of this `tier` (default: the best one), on the reference of
    the labs below it. No check gets more than `limit_s`.
    Blocks until all are settled; bounded by their time limits. Calls `on_result` for each one.
    KeyboardInterrupt ends the child, too.
    """
    tree = tree or lab_tree()
    seed = seed or random.SystemRandom().randrange(1, 1_000_000)
    report = Report(family.number, relative(tree), seed)
    arguments = _arguments(family, only, seed) + (["--exitfirst"] if until_failure else [])
    if limit_s:
        arguments.append(f"--limit-s={limit_s}")
    if isolated:
        tier = tier or best_tier()
        report.tier = str(tier)
        arguments += [f"--isolated={tree}", f"--tier={tier}"]
        tree = ROOT / "lab_solutions"  # in the process that judges, `labs` is the reference only
    begin = partial(_child, Forked if isolated else Started, tree=tree)
    settled: dict[str, bool | None] = {}
    while True:
        before = len(settled)
        child = begin([*arguments, f"--settled={json.dumps(settled)}"])
        died_in = _run_once(child, report, settled, on_result)
        if died_in:
            settled[died_in.id] = False
            on_result(died_in)
        failed = any(check.passed is False for check in report.checks)
        if report.fault or len(settled) == len(report.checks) or (failed and until_failure):
            return report
        if len(settled) == before:
            report.fault = "the checks ended without a report"
            return report


def declared_checks(families: Iterable[Family]) -> list[CheckResult]:
    """The checks of these labs as their authors declare them; none is run, no lab is imported.

    Blocks while pytest collects. Raises RuntimeError where it can't.
    """
    files = [str(family.checks) for family in families]
    arguments = [*files, "--collect-only", "-q", "--only="]
    with _child(Started, arguments, ROOT / "lab_solutions") as (child, events, output):
        found = [event for event in _events(events) if event["event"] == "collected"]
        if child.wait() or not found:
            raise RuntimeError(f"the checks can't be collected:\n{_tail(output)}")
    return [CheckResult(**check) for event in found for check in event["checks"]]


def _run_once(
    start: AbstractContextManager[tuple[Judge, int, IO[bytes]]],
    report: Report,
    settled: dict[str, bool | None],
    on_result: Callable[[CheckResult], None],
) -> CheckResult | None:
    """One child, to its end. Returns the check in which it died, or None if there was none."""
    with start as (child, events, output):
        running = None
        try:
            for event in _events(events):
                running = _take(event, report, settled, on_result)
        except Silent:
            child.kill()
        status = child.wait()
        printed = _tail(output)
    if not report.checks:
        _, _, usage = printed.partition("ERROR: ")
        report.fault = usage or f"no check ran (status {status}):\n{printed}"
    if running:
        log = {"your code printed": plain(printed[-LONGEST:])} if printed else {}
        running.settle(False, expected="an answer", actual=_how_it_ended(status), log=log)
    return running


def _take(
    event: dict[str, Any],
    report: Report,
    settled: dict[str, bool | None],
    on_result: Callable[[CheckResult], None],
) -> CheckResult | None:
    """Notes one event in the report. Returns the check that runs now, if any."""
    by_id = {check.id: check for check in report.checks}
    match event["event"]:
        case "collected" if not report.checks:
            report.checks = [CheckResult(**check) for check in event["checks"]]
        case "broken":
            report.broken = event["why"]
        case "start":
            return by_id[event["id"]]
        case "done":
            check = by_id[event["check"]["id"]]
            vars(check).update(event["check"])
            settled[check.id] = check.passed
            on_result(check)
    return None


#: What a lab leaves open is noticed at some later time: it must not fail whatever check runs then.
LENIENT = (
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore::pytest.PytestUnhandledThreadExceptionWarning",
)

#: By these pytest knows a CI, and explains each comparison in full: of 1 MiB that takes minutes.
VERBOSE = ("CI", "BUILD_NUMBER")


def _arguments(family: Family, only: str, seed: int) -> list[str]:
    pytest = [str(family.checks), "-q", "--tb=no"]
    lenient = [part for what in LENIENT for part in ("-W", what)]
    return [*pytest, *lenient, "-p", "no:cacheprovider", f"--only={only}", f"--seed={seed}"]


@contextmanager
def _child(
    begin: Callable[..., Judge], arguments: list[str], tree: Path
) -> Iterator[tuple[Judge, int, IO[bytes]]]:
    """A pytest of its own on the labs in `tree`, the descriptor of its events, what it prints."""
    events, theirs = os.pipe()
    own = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "LABS": str(tree)}
    inherited = {name: value for name, value in os.environ.items() if name not in VERBOSE}
    with tempfile.TemporaryFile() as output:
        try:
            child = begin(arguments, inherited | own, theirs, output.fileno())
        finally:
            os.close(theirs)
        try:
            yield child, events, output
        finally:
            child.kill()
            os.close(events)


def _events(descriptor: int) -> Iterator[dict[str, Any]]:
    """The child's events until it closes its end. Raises Silent where one is overdue."""
    waiting, limit_s = b"", START_LIMIT_S
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while selector.select(limit_s):
            received = os.read(descriptor, 65536)
            if not received:
                return
            *lines, waiting = (waiting + received).split(b"\n")
            for event in map(json.loads, lines):
                limit_s = event.get("limit_s", 0.0) + GRACE_S
                yield event
    raise Silent


def _how_it_ended(status: int) -> str:
    if status == -signal.SIGKILL:
        return "it did not return, and had to be killed"
    if status < 0:
        return f"the program was ended by {signal.Signals(-status).name}"
    return f"the program ended in the middle of the check, with exit status {status}"


def _tail(output: IO[bytes], count: int = 10_000) -> str:
    """The end of what the child printed."""
    output.seek(max(0, output.seek(0, os.SEEK_END) - count))
    return output.read().decode(errors="replace").strip()
