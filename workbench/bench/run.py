"""One run of the benchmark: starts origin and candidates, and lets loads come in random order.

Knows the order of things; not what a load does, nor what is made of the results.
"""

from __future__ import annotations

import random
import resource
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import NamedTuple

import psutil

from workbench.bench.candidates import CANDIDATES, Candidate
from workbench.bench.loads import (
    FULL,
    GROUPS,
    LOADS,
    QUICK,
    Load,
    Pace,
    Refusal,
    Stage,
    running_origin,
    try_out,
)
from workbench.bench.ours import shortened, why_not
from workbench.bench.results import Results, Sample
from workbench.proxies import NotInstalled, Running, require

OnStep = Callable[[int, int, str], object]  # jobs done, jobs in all, what comes

FAULTS = (Refusal, NotInstalled, OSError, RuntimeError, subprocess.SubprocessError, psutil.Error)


class Plan(NamedTuple):
    """What is measured, of whom, how often and how long; and which programs that takes."""

    candidates: tuple[Candidate, ...]
    loads: tuple[Load, ...]
    rounds: int
    seed: int
    pace: Pace
    tools: tuple[str, ...] = ()
    origin: Callable[[], AbstractContextManager[Running]] = running_origin


def plan(names: Sequence[str], groups: Sequence[str], rounds: int, seed: int, quick: bool) -> Plan:
    """A plan for these candidates and groups of loads; all for none.

    A quick one has one round of the loads that are quick, or of those in the groups. Raises
    ValueError for names that do not exist.
    """
    if strangers := sorted(set(groups) - set(GROUPS)):
        raise ValueError(f"no load {', '.join(strangers)}: there are {', '.join(GROUPS)}")
    loads = [load for load in LOADS if not groups or load.group in groups]
    if quick:
        loads = [load for load in loads if load.quick or (load.fresh and groups)]
    tools = ("nginx", *sorted({load.tool for load in loads if load.tool}))
    pace = QUICK if quick else FULL
    return Plan(candidates_named(names), tuple(loads), 1 if quick else rounds, seed, pace, tools)


class Job(NamedTuple):
    """One load on one candidate in one round, counted from 1."""

    round: int
    load: Load
    candidate: Candidate

    def __str__(self) -> str:
        return f"round {self.round}: {self.load.name}, {self.candidate.name}"


def candidates_named(names: Sequence[str]) -> tuple[Candidate, ...]:
    """The candidates with these names, in their usual order; all for none. Raises ValueError."""
    known = {candidate.name: candidate for candidate in CANDIDATES}
    if strangers := [name for name in names if name not in known]:
        raise ValueError(f"no proxy {', '.join(strangers)}: there are {', '.join(known)}")
    return tuple(known[name] for name in known if name in names or not names)


def jobs(plan: Plan, candidates: Sequence[Candidate]) -> list[Job]:
    """All that is to be done. In each round the loads, and those who bear them, are shuffled."""
    order = random.Random(plan.seed)
    listed = []
    for number in range(1, plan.rounds + 1):
        loads = [load for load in plan.loads if number <= load.most_rounds]
        for load in order.sample(loads, len(loads)):
            takers = [candidate for candidate in candidates if load.suits(candidate)]
            listed += [Job(number, load, each) for each in order.sample(takers, len(takers))]
    return listed


def quietly(done: int, total: int, what: str) -> None:
    """Nobody is told what comes next."""


def run(plan: Plan, on_step: OnStep = quietly) -> Results:
    """Measure. Blocks, for minutes. Ctrl-C ends it, and gives what was measured so far.

    Calls `on_step` before each job. Proxies that are missing or do not work are noted in
    `left_out`. Raises NotInstalled, before anything is started, if one of the plan's tools is
    missing; RuntimeError if the origin does not start.
    """
    require(*plan.tools)
    results = Results(plan.seed, plan.rounds)
    allow_many_files()
    try:
        with ExitStack() as stack:
            origin = stack.enter_context(plan.origin())
            stages = list(started(plan, origin, stack, results, on_step))
            by_name = {stage.candidate.name: stage for stage in stages}
            todo = jobs(plan, [stage.candidate for stage in stages])
            for number, job in enumerate(todo):
                on_step(number, len(todo), str(job))
                do(job, by_name[job.candidate.name], plan.pace, results)
            results.is_complete = True
    except KeyboardInterrupt:
        on_step(1, 1, "stopped: what was measured so far is kept")
    return results


def allow_many_files() -> None:
    """Let this process and those that it starts have as many descriptors as they may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def started(
    plan: Plan,
    origin: Running,
    stack: ExitStack,
    results: Results,
    on_step: OnStep,
) -> Iterator[Stage]:
    """Start each candidate and try it out; note those that can't take part, and why."""
    for number, candidate in enumerate(plan.candidates):
        on_step(number, len(plan.candidates), f"starting {candidate.name}")
        try:
            results.versions[candidate.name] = candidate.version().partition(" - ")[0]
            with ExitStack() as trial:  # whoever fails ends here, and takes nobody's time later
                stage = trial.enter_context(on_stage(candidate, origin))
                try_out(stage)
                stack.push(trial.pop_all())
        except FAULTS as error:
            own = candidate.lab
            results.left_out[candidate.name] = why_not(own, error) if own else shortened(error)
        else:
            results.how[candidate.name] = candidate.how
            yield stage


@contextmanager
def on_stage(candidate: Candidate, origin: Running) -> Iterator[Stage]:
    """The candidate, running in front of the origin until the block ends."""
    with candidate.start(origin) as proxy:
        yield Stage(candidate, proxy, origin)


def do(job: Job, stage: Stage, pace: Pace, results: Results) -> None:
    """One job, on the candidate that runs already or on one of its own. Notes what fails."""
    with ExitStack() as stack:
        try:
            if job.load.fresh:
                fresh = stack.enter_context(on_stage(job.candidate, stage.origin))
                stage = fresh._replace(calm=stage.proxy)
            for what, values in job.load.measure(stage, pace):
                results.samples.append(Sample(what, job.candidate.name, job.round, values))
        except FAULTS as error:
            results.failures.append({"job": str(job), "why": shortened(error)})
