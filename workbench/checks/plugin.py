"""The pytest plugin that runs checks: their options, their order of need, their time limit.

Their fixtures are in `fixtures`. Knows how a check is run and what was seen when it failed; knows
nothing of how that is told (see `feedback`).
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from workbench.checks import evidence, fixtures
from workbench.checks.deadline import TimeIsUp, deadline
from workbench.checks.declare import Spec
from workbench.checks.results import CHECK_BROKE, NEEDS_FIRST, CheckResult
from workbench.families import family_of_lab

if TYPE_CHECKING:
    pass

OUTCOMES = pytest.StashKey[dict[str, CheckResult]]()
STREAM = pytest.StashKey["Stream"]()


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
    group.addoption("--isolated", metavar="TREE", help="run the labs of TREE in a sandbox")
    group.addoption("--tier", default="", help="of the sandbox (default: the best one)")
    group.addoption("--limit-s", type=float, help="no check and no import gets longer than this")
    group.addoption(
        "--settled", default="{}", metavar="JSON", help="checks not to run: id → passed"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "check(spec): a check of a lab, see workbench.checks")
    if config.option.seed is None:
        config.option.seed = random.SystemRandom().randrange(1_000_000)
    config.stash[STREAM] = Stream(config.option.events_to)
    config.stash[OUTCOMES] = {}
    config.stash[fixtures.BROKEN] = ""
    config.pluginmanager.register(fixtures, "fixtures of the checks")
    if config.option.isolated:
        from workbench.checks.isolation import become_judge

        become_judge()


def pytest_report_header(config: pytest.Config) -> str:
    labs = config.option.isolated or os.environ.get("LABS") or "labs"
    return f"checks: seed {config.option.seed}, labs from {labs}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In a sandbox one check of a lab is run a second time, on the labs below of the same tree."""
    spec = next((mark.args[0] for mark in metafunc.definition.iter_markers("check")), None)
    if metafunc.config.option.isolated and spec and spec.own_chain:
        ids = (pytest.HIDDEN_PARAM, "own_chain")
        metafunc.parametrize("own_chain", (False, True), indirect=True, ids=ids)


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
    again = on_own_chain(item)
    return CheckResult(
        id=id_of(item),
        lab=family_of_lab(item.path.name.removeprefix("test_")).number,
        title=f"On your own labs below: {promise[0]}" if again else promise[0],
        points=0 if again else spec.points,
        needs=(item.originalname.removeprefix("test_"),) if again else spec.needs,
        misconception=spec.misconception,
        hint=spec.hint,
    )


def on_own_chain(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return bool(callspec and callspec.params.get("own_chain"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A check whose needs are not met is skipped, and says which one to mend first."""
    spec = spec_of(item)
    if spec is None:
        return
    item.config.stash[STREAM].send("start", id=id_of(item), limit_s=spec.limit_s)
    own = item.config.stash[OUTCOMES][item.nodeid]
    alike = (result for result in item.config.stash[OUTCOMES].values() if result.lab == own.lab)
    results = {result.id: result for result in alike}  # two labs may each have one of this name
    for need in own.needs:
        if need in results and results[need].passed is not True:
            pytest.skip(NEEDS_FIRST + results[need].title)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    spec = spec_of(item)
    if spec is None or item.config.option.usepdb:
        return (yield)
    item.config.stash[evidence.COMPARED] = {}
    try:
        with deadline(fixtures.within(item.config, spec.limit_s)):
            return (yield)
    except TimeIsUp as late:
        if remote := item.stash.get(evidence.REMOTE, None):
            remote.sandbox.kill()  # or whatever still waits for it would wait on
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
    elif isinstance(error, fixtures.LabBroken) and on_own_chain(item):
        result.settle(False, expected="the labs can be imported", actual=str(error))
    elif isinstance(error, fixtures.LabBroken):
        item.config.stash[STREAM].send("broken", why=str(error))
        result.settle(None, actual="the lab could not be imported")
    elif report.when != "call" or evidence.is_ours(error):
        result.settle(None, actual=f"{CHECK_BROKE}{error!r}")
    else:
        result.settle(False, **evidence.of_failure(item, spec_of(item), call.excinfo, report))
    result.seconds = round(report.duration, 3)
    item.config.stash[STREAM].send("done", check=vars(result))
