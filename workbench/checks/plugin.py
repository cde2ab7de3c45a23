"""The pytest plugin that runs checks: their fixtures, their order of need, their time limit.

In-process: `student` is the module itself, imported afresh for each check. Knows how a check is
run and what was seen when it failed; knows nothing of how that is told (see `feedback`).
"""

from __future__ import annotations

import importlib
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import ModuleType

import pytest

from workbench.checks import evidence
from workbench.checks.background import Call
from workbench.checks.deadline import TimeIsUp, deadline
from workbench.checks.declare import Spec
from workbench.checks.driving import Turns
from workbench.checks.driving import driving as drive
from workbench.checks.results import NEEDS_FIRST, CheckResult
from workbench.families import family_of_lab
from workbench.journal import Journal
from workbench.peers import Peers

IMPORT_LIMIT_S = 3.0
OUTCOMES = pytest.StashKey[dict[str, CheckResult]]()
STREAM = pytest.StashKey["Stream"]()
BROKEN = pytest.StashKey[str]()


class LabBroken(Exception):
    """The lab can't be imported, so that none of its checks can run."""


class Stream:
    """One JSON object a line, to the process that waits for the results; nowhere without one."""

    def __init__(self, descriptor: int | None) -> None:
        self._file = os.fdopen(descriptor, "w", encoding="utf-8") if descriptor else None

    def send(self, event: str, **what: object) -> None:
        if self._file:
            print(json.dumps({"event": event} | what), file=self._file, flush=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("checks", "checks of the labs")
    group.addoption("--seed", type=int, help="seed of all payloads (default: drawn anew)")
    group.addoption("--events-to", type=int, metavar="FD", help="descriptor that takes results")
    group.addoption("--only", default="", metavar="NAME", help="checks that begin with this")
    group.addoption(
        "--settled", default="{}", metavar="JSON", help="checks not to run: id → passed"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "check(spec): a check of a lab, see workbench.checks")
    if config.option.seed is None:
        config.option.seed = random.SystemRandom().randrange(1_000_000)
    config.stash[STREAM] = Stream(config.option.events_to)
    config.stash[OUTCOMES] = {}
    config.stash[BROKEN] = ""


def pytest_report_header(config: pytest.Config) -> str:
    return f"checks: seed {config.option.seed}, labs from {os.environ.get('LABS') or 'labs'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Lists the checks for whoever waits for results, and drops those that were settled before."""
    outcomes, settled = config.stash[OUTCOMES], json.loads(config.option.settled)
    if only := config.option.only:
        known = ", ".join(id_of(item) for item in items)
        items[:] = [item for item in items if id_of(item).startswith(only)]
        if not items:
            raise pytest.UsageError(f"no check begins with {only!r}; there are: {known}")
    checks = [item for item in items if spec_of(item)]
    for item in checks:
        outcomes[item.nodeid] = declared(item)
        if id_of(item) in settled:
            outcomes[item.nodeid].settle(settled[id_of(item)])
    config.stash[STREAM].send("collected", checks=[vars(outcomes[c.nodeid]) for c in checks])
    if settled:
        items[:] = [item for item in items if id_of(item) not in settled]


def spec_of(item: pytest.Item) -> Spec | None:
    mark = item.get_closest_marker("check")
    return mark.args[0] if mark else None


def id_of(item: pytest.Item) -> str:
    return item.name.removeprefix("test_")


def declared(item: pytest.Item) -> CheckResult:
    """What there is to say about a check before it is run. A check must have a docstring."""
    spec = spec_of(item)
    promise = (item.obj.__doc__ or "").strip().splitlines()
    if not promise:
        raise pytest.UsageError(f"{item.nodeid}: a check needs a docstring, it is its promise")
    return CheckResult(
        id=id_of(item),
        lab=family_of_lab(item.path.name.removeprefix("test_")).number,
        title=promise[0],
        points=spec.points,
        needs=spec.needs,
        misconception=spec.misconception,
        hint=spec.hint,
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A check whose needs are not met is skipped, and says which one to mend first."""
    spec = spec_of(item)
    if spec is None:
        return
    item.config.stash[STREAM].send("start", id=id_of(item), limit_s=spec.limit_s)
    results = {result.id: result for result in item.config.stash[OUTCOMES].values()}
    for need in spec.needs:
        if need in results and results[need].passed is not True:
            pytest.skip(NEEDS_FIRST + results[need].title)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    spec = spec_of(item)
    if spec is None or item.config.option.usepdb:
        return (yield)
    item.config.stash[evidence.COMPARED] = {}
    try:
        with deadline(spec.limit_s):
            return (yield)
    except TimeIsUp as late:
        raise evidence.NeverReturned(str(late)).with_traceback(late.__traceback__) from None


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> None:
    """Remembers both sides of the comparison that failed: `assert actual == expected`."""
    config.stash[evidence.COMPARED] = {"op": op, "actual": left, "expected": right}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    report = yield
    result = item.config.stash[OUTCOMES].get(item.nodeid)
    if result and (report.when == "call" or not report.passed):
        tell(item, call, report, result)
    return report


def tell(
    item: pytest.Item, call: pytest.CallInfo, report: pytest.TestReport, result: CheckResult
) -> None:
    """Settles a check by pytest's report on it, with what was seen, and sends it off."""
    error = call.excinfo.value if call.excinfo else None
    if report.passed:
        result.settle(True)
    elif report.skipped:
        result.settle(None, actual=str(getattr(error, "msg", error)))
    elif isinstance(error, LabBroken):
        item.config.stash[STREAM].send("broken", why=str(error))
        result.settle(None, actual="the lab could not be imported")
    elif report.when != "call":
        result.settle(None, actual=f"the check itself broke: {error!r}")
    else:
        result.settle(False, **evidence.of_failure(item, spec_of(item), call.excinfo, report))
    result.seconds = round(report.duration, 3)
    item.config.stash[STREAM].send("done", check=vars(result))


@pytest.fixture
def student(request: pytest.FixtureRequest) -> ModuleType:
    """The lab under test, imported afresh so that nothing is left over from another check."""
    module = family_of_lab(request.path.name.removeprefix("test_")).module
    broken = request.config.stash[BROKEN]
    if not broken:
        for name in [name for name in sys.modules if name.partition(".")[0] == "labs"]:
            del sys.modules[name]
        try:
            with deadline(IMPORT_LIMIT_S):
                return importlib.import_module(module)
        except BaseException as error:  # noqa: BLE001 - a lab may raise SystemExit at import
            broken = request.config.stash[BROKEN] = evidence.of_import(module, error)
    raise LabBroken(broken)


@pytest.fixture
def nonce(request: pytest.FixtureRequest) -> Callable[[int], bytes]:
    """`nonce(30)` gives 30 bytes that nobody knew before this check, printable ASCII."""
    rng = random.Random(f"{request.config.option.seed} {request.node.name}")
    return lambda count: bytes(rng.choices(b"abcdefghijkmnpqrstuvwxyz23456789", k=count))


@pytest.fixture
def background() -> Callable[..., Call]:
    """`background(function, *args)` starts a call that blocks, so that the check can act."""
    return Call


@pytest.fixture
def driving() -> Callable[..., AbstractContextManager[Turns]]:
    """`with driving(loop) as turns:` turns the student's loop meanwhile, and counts."""
    return drive


@pytest.fixture
def cpu_s() -> Callable[[], float]:
    """`cpu_s()` is the CPU time that the student's process has used so far, in seconds."""
    return time.process_time


@pytest.fixture
def descriptors() -> Callable[[], int]:
    """`descriptors()` is how many descriptors the student's process has open."""
    return lambda: len(os.listdir("/dev/fd"))


@pytest.fixture
def journal() -> Journal:
    """The record of this check: what each end did, in order."""
    return Journal()


@pytest.fixture
def peers(request: pytest.FixtureRequest, journal: Journal) -> Iterator[Peers]:
    """Other ends of connections, which keep to a script; see workbench.peers."""
    with Peers(journal, seed=request.config.option.seed, recorded=True) as peers:
        yield peers
